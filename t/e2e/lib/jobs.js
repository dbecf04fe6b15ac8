
/*
 * Copyright (C) the print hub contributors
 */


/* Print jobs, as the API reports them. */


'use strict';


const http = require('./raw_http');
const { waitFor } = require('./wait');


/* a print that the hub must accept or queue: the id of its job */

async function print(port, clientId, printData) {
    const query = new URLSearchParams({ clientId, printData });
    const { headers, body } = await http.request(port,
                                                 `/startPrint?${query}`);
    const id = headers['x-print-job'];

    if (!id) {
        throw new Error(`print ${printData} to ${clientId}: ${body}`);
    }

    return id;
}


/* prints 'from' to 'to' - 1, one after the other: the ids of their jobs */

async function printAll(port, clientId, from, to) {
    const ids = [];

    for (let n = from; n < to; n++) {
        ids.push(await print(port, clientId, n));
    }

    return ids;
}


function get(port, id) {
    return http.json(port, `/jobs/${id}`);
}


/* the options of a request that posts a job, or jobs */

function order(body, query = '', headers = {}) {
    return {
        method: 'POST',
        path: `/jobs${query && `?${query}`}`,
        headers: { 'Content-Type': 'application/json', ...headers },
        body: JSON.stringify(body)
    };
}


/* its answer, the body parsed */

async function post(port, ...what) {
    return parsed(await http.request(port, order(...what)));
}


function parsed(answer) {
    return { ...answer, json: answer.body && JSON.parse(answer.body) };
}


/* the job, once it is in this state */

async function becomes(port, id, state) {
    let job;

    await waitFor(async () => {
        job = await get(port, id);
        return job.state === state;

    }, () => `${state} of job ${id}, it is ${JSON.stringify(job)}`);

    return job;
}


module.exports = { print, printAll, get, order, post, parsed, becomes };
