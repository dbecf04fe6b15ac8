#!/usr/bin/env python3
#
# Copyright (C) the print hub contributors

"""A station that stays, and questions to a hub.

usage: t/package/hub.py URL station CLIENT FILE
       t/package/hub.py URL hold
       t/package/hub.py URL print CLIENT DATA
       t/package/hub.py URL online CLIENT
       t/package/hub.py URL queued
       t/package/hub.py URL zone MEMBER

A station is a WebSocket.  It writes each print into FILE, one a line, and the
line "closed" if the hub ends the connection.  "hold" is a request that is never
complete: it writes "held" when the hub has it, and lasts until the hub ends it.
"queued" writes how many jobs wait, and "zone" a member of the zone.  The others
exit with 0 if the print was accepted, or the client is online.
"""

import base64
import json
import os
import socket
import sys
import urllib.parse
import urllib.request


PATIENCE = 120                  # s, that an answer may take


class Station:

    def __init__(self, host, path):
        self.socket = socket.create_connection(host)
        self.stream = self.socket.makefile('rb')
        self.socket.sendall(
            f'GET {path}?EIO=4&transport=websocket HTTP/1.1\r\n'
            f'Host: {host[0]}:{host[1]}\r\n'
            'Upgrade: websocket\r\nConnection: Upgrade\r\n'
            'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: '
            f'{base64.b64encode(os.urandom(16)).decode()}\r\n\r\n'.encode())

        status = self.stream.readline()
        assert b' 101 ' in status, status

        while self.stream.readline() != b'\r\n':
            pass

    # texts have less than 126 bytes, and the mask is zeros

    def send(self, packet):
        text = packet.encode()
        self.socket.sendall(bytes([0x81, 0x80 | len(text), 0, 0, 0, 0]) + text)

    # the next packet, or None at the end; the hub sends no fragments

    def receive(self):
        try:
            head = self.stream.read(2)

            if len(head) < 2 or head[0] != 0x81:
                return None

            length = head[1]

            if length == 126:
                length = int.from_bytes(self.stream.read(2), 'big')

            return self.stream.read(length).decode()

        except ConnectionError:
            return None


def station(url, client, name):
    host = (url.hostname, url.port)
    one = Station(host, '/socket.io/')
    one.send('40')

    with open(name, 'w', encoding='utf-8') as file:
        while (packet := one.receive()) is not None:
            if packet == '2':
                one.send('3')

            elif packet.startswith('40'):
                one.send(f'42["register","{client}"]')

            elif packet.startswith('42'):
                number = packet[2:packet.index('[')]
                event = json.loads(packet[2 + len(number):])

                if event[0] == 'print':
                    print(event[1]['printData'], file=file, flush=True)

                if number:
                    one.send(f'43{number}[]')

        print('closed', file=file, flush=True)


def hold(url):
    with socket.create_connection((url.hostname, url.port)) as held:
        held.sendall(f'POST /startPrint HTTP/1.1\r\nHost: {url.hostname}\r\n'
                     'Expect: 100-continue\r\n'
                     'Content-Length: 10\r\n\r\n'.encode())

        while held.recv(1000):
            print('held', flush=True)


def ask(url, path, **query):
    path = f'{url.geturl()}{path}?{urllib.parse.urlencode(query)}'

    with urllib.request.urlopen(path, timeout=PATIENCE) as answer:
        return answer.headers, json.loads(answer.read())


def main():
    if len(sys.argv) < 3:
        sys.exit(__doc__.strip())

    url = urllib.parse.urlsplit(sys.argv[1])
    command, *more = sys.argv[2:]

    if command == 'station':
        station(url, *more)

    elif command == 'hold':
        hold(url)

    elif command == 'print':
        headers, answer = ask(url, '/startPrint', clientId=more[0],
                              printData=more[1])
        sys.exit(None if headers['X-Print-Job'] else str(answer))

    elif command == 'online':
        listed = ask(url, '/getStatus')[1]['data']
        sys.exit((more[0], True) not in [(c['clientId'], c['connected'])
                                         for c in listed])

    elif command == 'queued':
        print(len(ask(url, '/jobs', state='queued')[1]['jobs']))

    elif command == 'zone':
        print(ask(url, '/zone')[1][more[0]])


if __name__ == '__main__':
    main()
