# A client of the echo of t/app on autobahn: URL.  Ends with 0 if every message
# comes back as it was, uncompressed and by each offer of permessage-deflate.

import asyncio
import os
import sys

from autobahn.asyncio.websocket import (WebSocketClientFactory,
                                        WebSocketClientProtocol)
from autobahn.websocket.compress import (PerMessageDeflateOffer,
                                         PerMessageDeflateResponse,
                                         PerMessageDeflateResponseAccept)

MESSAGES = [b'', 'text ä 😀 '.encode(), b'x' * 125, b'y' * 126, b'z' * 65536,
            os.urandom(70000), b'\x00' * 200000]


def fits(data):
    try:
        data.decode()
    except UnicodeDecodeError:
        return False

    return True


class Client(WebSocketClientProtocol):

    def onConnect(self, response):
        self.factory.extensions = response.extensions

    def onOpen(self):
        self.todo = [(data, binary) for data in MESSAGES
                     for binary in (True, False) if binary or fits(data)]
        self.next()

    def next(self):
        if not self.todo:
            self.sendClose(1000, 'done')
            return

        data, binary = self.todo[0]
        self.sendMessage(data, isBinary=binary, fragmentSize=self.factory.cut)

    def onMessage(self, payload, binary):
        assert (payload, binary) == self.todo.pop(0)
        self.next()

    def onClose(self, clean, code, reason):
        end = self.factory.end

        if not end.done():
            end.set_result((clean, code, reason))


async def converse(url, offer, cut):
    loop = asyncio.get_running_loop()
    factory = WebSocketClientFactory(url)
    factory.protocol = Client
    factory.extensions = None
    factory.cut = cut
    factory.end = loop.create_future()

    # the default is a second, which a busy machine may need

    factory.setProtocolOptions(openHandshakeTimeout=60,
                               closeHandshakeTimeout=60)

    if offer:
        factory.setProtocolOptions(
            perMessageCompressionOffers=[offer],
            perMessageCompressionAccept=lambda response:
                PerMessageDeflateResponseAccept(response)
                if isinstance(response, PerMessageDeflateResponse) else None)

    await loop.create_connection(factory, factory.host, factory.port)

    end = await asyncio.wait_for(factory.end, 120)
    assert end == (True, 1000, 'done'), (offer and offer.__json__(), end)
    assert bool(factory.extensions) == bool(offer), factory.extensions


async def main(url):
    offers = [PerMessageDeflateOffer(accept, window, fresh, size)
              for accept in (True, False)
              for window in (True, False)
              for fresh in (True, False)
              for size in (0, 9, 12, 15)]

    for offer in [None] + offers:
        for cut in (None, 1000):
            await converse(url, offer, cut)

    print(len(offers))


asyncio.run(main(*sys.argv[1:]))
