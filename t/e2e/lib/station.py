# A station on python3-socketio: URL TRANSPORT ID.  Says "ready" when it is
# registered, then each print as a line of JSON; ends at the first one that is
# "end".

import json
import sys

import socketio

url, transport, client_id = sys.argv[1:]
client = socketio.Client(reconnection=False)


def say(what):
    sys.stdout.write(json.dumps(what) + '\n')
    sys.stdout.flush()


@client.on('print')
def on_print(data):
    say(data['printData'])

    if data['printData'] == 'end':
        client.disconnect()


client.connect(url, transports=[transport])
client.emit('register', client_id, callback=lambda *args: say('ready'))
client.wait()
