#!/usr/bin/env python3
#
# Copyright (C) the print hub contributors

"""Connects a station to a hub and prints on it, with the classic path and with
the API.

usage: t/package/prints.py URL [VERSION]

The exit code is 0 if the station got both prints, and GET zone names VERSION.
"""

import json
import sys
import urllib.request


PATIENCE = 120                  # s, that an answer may take
CLIENT = 'printer-1'


class Station:

    def __init__(self, url):
        self.url = f'{url}/socket.io/?EIO=4&transport=polling'
        self.packets = []

        packet = request(self.url).decode()
        assert packet.startswith('0{'), packet

        self.url += '&sid=' + json.loads(packet[1:])['sid']

    def send(self, packet):
        assert request(self.url, packet.encode()) == b'ok'

    # the next packet that begins with PREFIX; others are dropped

    def receive(self, prefix):
        while True:
            while self.packets:
                packet = self.packets.pop(0)

                if packet == '2':
                    self.send('3')

                elif packet.startswith(prefix):
                    return packet[len(prefix):]

            self.packets = request(self.url).decode().split('\x1e')


def request(url, body=None, kind='text/plain;charset=UTF-8'):
    headers = {'Content-Type': kind} if body is not None else {}

    with urllib.request.urlopen(urllib.request.Request(url, body, headers),
                                timeout=PATIENCE) as answer:
        return answer.read()


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__.strip())

    url = sys.argv[1]
    station = Station(url)

    station.send('40')
    station.receive('40')
    station.send(f'42["register","{CLIENT}"]')

    listed = json.loads(request(f'{url}/getStatus'))['data']
    assert [(c['clientId'], c['connected']) for c in listed] \
        == [(CLIENT, True)], listed

    request(f'{url}/startPrint?clientId={CLIENT}&printData=classic')
    printed = json.loads(station.receive('42'))
    assert printed[:2] == ['print', {'printData': 'classic'}], printed

    job = {'clientId': CLIENT, 'data': {'printData': 'api'}}
    answer = json.loads(request(f'{url}/jobs', json.dumps(job).encode(),
                                'application/json'))
    assert answer['clientId'] == CLIENT, answer

    # a print that takes a receipt has the number of it before the array
    printed = station.receive('42')
    printed = json.loads(printed.lstrip('0123456789'))
    assert printed[:2] == ['print', {'printData': 'api'}], printed

    version = json.loads(request(f'{url}/zone'))['version']
    assert len(sys.argv) < 3 or version == sys.argv[2], version

    print(f'{url} prints, version {version}')


if __name__ == '__main__':
    main()
