# A client on python3-socketio: URL TRANSPORT TOKEN.  Says "connected", or what
# the refusal was.

import json
import sys
import threading

import socketio

url, transport, token = sys.argv[1:]
client = socketio.Client(reconnection=False)
told = threading.Event()


def tell(what):
    if not told.is_set():
        print(json.dumps(what), flush=True)
        told.set()


@client.on('connect')
def on_connect():
    tell('connected')


@client.on('connect_error')
def on_connect_error(data):
    tell(data)


client.connect(url, auth={'token': token}, transports=[transport], wait=False)
told.wait()
client.disconnect()
