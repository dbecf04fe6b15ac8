# A client of the application of t/app on python3-socketio: URL TRANSPORT.
# Ends with 0 if text, bytes and acknowledgements come back as they were.

import sys

import socketio

url, transport = sys.argv[1:]

ARGS = [
    (1, 'a', None, {'b': [True, '中文 😀 "\\\n']}),
    (b'\x01\x02\x03',),
    ({'a': b'\x01', 'b': [b'']}, 'x', bytes(100000)),
]

back = []
client = socketio.Client(reconnection=False)
client.on('message-back', lambda *args: back.append(args))
client.connect(url, transports=[transport], auth={'token': 'abc'})

for args in ARGS:
    back.clear()
    client.emit('message', args)

    while not back:
        client.sleep(0.01)

    assert back[0] == args, back
    got = client.call('message-with-ack', args, timeout=10)
    assert (got if isinstance(got, tuple) else (got,)) == args, got

client.disconnect()
