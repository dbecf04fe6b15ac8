
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The hashes of the reference implementation (github.com/veorq/SipHash,
 * vectors.h) as numbers: of the texts of 0 to 63 bytes 00 01 02 ..., with the
 * key 00 01 .. 0f.
 */


#ifndef _SIPHASH_VECTORS_H_INCLUDED_
#define _SIPHASH_VECTORS_H_INCLUDED_


static const uint64_t  siphash_short[64] = {
    0x726fdb47dd0e0e31ull, 0x74f839c593dc67fdull, 0x0d6c8009d9a94f5aull,
    0x85676696d7fb7e2dull, 0xcf2794e0277187b7ull, 0x18765564cd99a68dull,
    0xcbc9466e58fee3ceull, 0xab0200f58b01d137ull, 0x93f5f5799a932462ull,
    0x9e0082df0ba9e4b0ull, 0x7a5dbbc594ddb9f3ull, 0xf4b32f46226bada7ull,
    0x751e8fbc860ee5fbull, 0x14ea5627c0843d90ull, 0xf723ca908e7af2eeull,
    0xa129ca6149be45e5ull, 0x3f2acc7f57c29bdbull, 0x699ae9f52cbe4794ull,
    0x4bc1b3f0968dd39cull, 0xbb6dc91da77961bdull, 0xbed65cf21aa2ee98ull,
    0xd0f2cbb02e3b67c7ull, 0x93536795e3a33e88ull, 0xa80c038ccd5ccec8ull,
    0xb8ad50c6f649af94ull, 0xbce192de8a85b8eaull, 0x17d835b85bbb15f3ull,
    0x2f2e6163076bcfadull, 0xde4daaaca71dc9a5ull, 0xa6a2506687956571ull,
    0xad87a3535c49ef28ull, 0x32d892fad841c342ull, 0x7127512f72f27cceull,
    0xa7f32346f95978e3ull, 0x12e0b01abb051238ull, 0x15e034d40fa197aeull,
    0x314dffbe0815a3b4ull, 0x027990f029623981ull, 0xcadcd4e59ef40c4dull,
    0x9abfd8766a33735cull, 0x0e3ea96b5304a7d0ull, 0xad0c42d6fc585992ull,
    0x187306c89bc215a9ull, 0xd4a60abcf3792b95ull, 0xf935451de4f21df2ull,
    0xa9538f0419755787ull, 0xdb9acddff56ca510ull, 0xd06c98cd5c0975ebull,
    0xe612a3cb9ecba951ull, 0xc766e62cfcadaf96ull, 0xee64435a9752fe72ull,
    0xa192d576b245165aull, 0x0a8787bf8ecb74b2ull, 0x81b3e73d20b49b6full,
    0x7fa8220ba3b2eceaull, 0x245731c13ca42499ull, 0xb78dbfaf3a8d83bdull,
    0xea1ad565322a1a0bull, 0x60e61c23a3795013ull, 0x6606d7e446282b93ull,
    0x6ca4ecb15c5f91e1ull, 0x9f626da15c9625f3ull, 0xe51b38608ef25f57ull,
    0x958a324ceb064572ull
};


static const uint64_t  siphash_long[64][2] = {
    { 0xe6a825ba047f81a3ull, 0x930255c71472f66dull },
    { 0x44af996bd8c187daull, 0x45fc229b11597634ull },
    { 0xc75da4a48d227781ull, 0xe4ff0af6de8ba3fcull },
    { 0x4ea967520cb6709cull, 0x51ed8529b0b6335full },
    { 0xaf8f9c2dc16481f8ull, 0x7955cd7b7c6e0f7dull },
    { 0x886f778059876813ull, 0x27960e69077a5254ull },
    { 0x1386208b33caee14ull, 0x5ea1d78f30a05e48ull },
    { 0x53c1dbd8beebf1a1ull, 0x3982f01fa64ab8c0ull },
    { 0x61f55862baa9623bull, 0xb49714f364e2830full },
    { 0xabbad90a06994426ull, 0xed716dbb028b7fc4ull },
    { 0x56691478c30d1100ull, 0xbafbd0f3d34754c9ull },
    { 0x77666b3868c55101ull, 0x18dce5816fdcb4a2ull },
    { 0x58f35e9066b226d6ull, 0x25c13285f64d6382ull },
    { 0x108bc0e947e26998ull, 0xf752b9c44f9329d0ull },
    { 0x9cded766aceffc31ull, 0x024949e45f48c77eull },
    { 0x11a8b03399e99354ull, 0xd9c3cf970fec087eull },
    { 0xbb54b067caa4e26eull, 0x77052385bf1533fdull },
    { 0x98b88d73e8063d47ull, 0x4077e47ac466c054ull },
    { 0x8548bf23e4e526a4ull, 0x23f7aefe81a44d29ull },
    { 0xb0fa65cf31770178ull, 0xb12e51528920d574ull },
    { 0x7390223f83fc259eull, 0xeb3938e8a544933eull },
    { 0x215a52be5a498e56ull, 0x121d073ecd14228aull },
    { 0x9a6bd15245b5294aull, 0xae0aff8e52109c46ull },
    { 0xe0f5a9d5dd84d1c9ull, 0x1c69bf9a9ae28ccfull },
    { 0xd850bd78ae79b42dull, 0xad32618a178a2a88ull },
    { 0x7b445e2d045fce8eull, 0x6f8f8dcbeab95150ull },
    { 0xe807c3b3b4530b9cull, 0x661f147886e0ae7eull },
    { 0xe4eaa669af48f2abull, 0x94eb9e122febd3bfull },
    { 0x884b576816da6406ull, 0xf4ae587302f335b9ull },
    { 0xe97d33bfc49d4baaull, 0xb76a7c463cfdd40cull },
    { 0xde6baf1f477f5ceaull, 0x87226d68d4d71a2bull },
    { 0xfcfa233218b03929ull, 0x353dc4524fde2317ull },
    { 0x3efcea5eca56397cull, 0x68eb4665559d3e36ull },
    { 0x321cf0467107c677ull, 0xcfffa94e5f9db6b6ull },
    { 0xdf7e84b86c98a637ull, 0xde549b30f1f02509ull },
    { 0xf9a8a99de6f005a7ull, 0xc88c3c922e1a2407ull },
    { 0x4648c4291f7dc43dull, 0x11674f90ed769e1eull },
    { 0x1a0efce601bf620dull, 0x2b69d3c551473c0dull },
    { 0x9e667cca8b46038cull, 0xb5e7be4b085efde4ull },
    { 0x9c2caf3bb95b8a52ull, 0xd92bd2d0e5cc7344ull },
    { 0xad5dc9951e306adfull, 0xd83b91c6c80cae97ull },
    { 0x397f852c90891180ull, 0xdbb6705e289135e7ull },
    { 0xbb31c2c96a3417e6ull, 0x5b0ccacc34ae5036ull },
    { 0xaa21b7ef3734d927ull, 0x89df5aecdc211840ull },
    { 0x785e9ced9d7d2389ull, 0x4273cc66b1c9b1d8ull },
    { 0x657d5ebf91806d4aull, 0x4cb150a294fa8911ull },
    { 0x89aee75560f9330eull, 0x022949cf3d0efc3full },
    { 0xd1190b722b431ce6ull, 0x1b1563dc4bd8c88eull },
    { 0xcf82f749f5aee5f7ull, 0x169b2608a6559037ull },
    { 0x4fa5b7d00f038d43ull, 0x03641a20adf237a8ull },
    { 0xe304bf4feed390a5ull, 0x3f4286f2270d7e24ull },
    { 0xc493fe72a1c1e25full, 0x38f5f9ae7cd35cb1ull },
    { 0x6eb306bd5c32972cull, 0x7c013a8bd03d13b2ull },
    { 0x94ca6b7a2214c892ull, 0x9ed32a009f65f09full },
    { 0x8c32d80b1150e8dcull, 0x871d91d64108d5fbull },
    { 0x1279dac78449f167ull, 0xda832592b52be348ull },
    { 0xe94ed572cff23819ull, 0x362a1da96f16947eull },
    { 0xfe49ed46961e4874ull, 0x8e6904163024620full },
    { 0xd8d6a998dea5fc57ull, 0x1d8a3d58d0386400ull },
    { 0xbe1cdcef1cdeec9full, 0x595357d9743676d4ull },
    { 0x53f128eb000c04e3ull, 0x40e772d8cb73ca66ull },
    { 0xfe1d836a9a009776ull, 0x7a0f6793591ca9ccull },
    { 0xa067f52123545358ull, 0xbd5947f0a447d505ull },
    { 0x4a83502f77d15051ull, 0x7cbd3f979a063e50ull }
};


#endif /* _SIPHASH_VECTORS_H_INCLUDED_ */
