
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The Node program that the module replaces, with its logic on express and
 * socket.io: one table of clients, which a disconnect searches.
 *
 * usage: legacy.js PORT PING_INTERVAL PING_TIMEOUT
 */


'use strict';


const http = require('http');
const cors = require('cors');
const express = require('express');
const { Server } = require('socket.io-4.8');


const [port, pingInterval, pingTimeout] = process.argv.slice(2).map(Number);

const app = express();
const server = http.createServer(app);
const clients = {};

const io = new Server(server, {
    cors: { origin: '*', methods: ['GET', 'POST'] },
    pingInterval,
    pingTimeout,
});


io.on('connection', (socket) => {
    socket.on('register', (clientId) => {
        clients[clientId] = { socket, connected: true };
    });

    socket.on('disconnect', () => {
        for (const clientId in clients) {
            if (clients[clientId].socket === socket) {
                clients[clientId].connected = false;
                break;
            }
        }
    });
});


app.use(cors());

app.get('/getStatus', (request, response) => {
    const data = Object.keys(clients).map((clientId) => ({
        clientId,
        connected: clients[clientId].connected,
        socketId: clients[clientId].socket.id,
    }));

    response.json({ data });
});

app.get('/startPrint', (request, response) => {
    const { clientId, printData } = request.query;
    const client = clients[clientId];

    if (!client) {
        response.json({ message: '打印机不存在' });

    } else if (!client.connected) {
        response.json({ message: '打印机离线' });

    } else {
        client.socket.emit('print', { printData });
        response.json({ message: '参数已接收' });
    }
});


server.listen(port, '127.0.0.1');
