
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The load of a benchmark, against one server on this machine: stations, and
 * clients that print to them.
 *
 * usage: load PORT hub|nchan|none SOURCE BASE
 *
 * Connections come from 127.0.SOURCE.x, stations are named from s<BASE> on.
 * Each line of the input is a command, and is answered by one line of JSON:
 *
 *   open websocket|polling COUNT WINDOW   more stations, WINDOW at a time
 *   print BYTES MS RATE    prints, RATE a second, or 0: as many as possible
 *   verify COUNT           until /getStatus shows so many connected, 5 s
 *   status MS OTHERS       /getStatus, and meanwhile other requests, or 0
 *   idle MS                answer pings
 *   drop                   close all, until /getStatus shows none connected
 */


#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "load.h"


static int load_option(int argc, char **argv);
static void load_files(void);
static void load_command(char *name, char *kind, uint32_t a, uint32_t b,
    uint32_t c);
static void load_open(int polling, uint32_t count, uint32_t window);
static void load_idle(uint32_t ms);


load_t  load;


int
main(int argc, char **argv)
{
    int       n;
    char      line[256], name[16], kind[16];
    unsigned  a, b, c;

    if (load_option(argc, argv) == -1) {
        (void) fprintf(stderr,
                       "usage: load PORT hub|nchan|none SOURCE BASE\n");
        return 2;
    }

    (void) prctl(PR_SET_PDEATHSIG, SIGKILL);
    (void) signal(SIGPIPE, SIG_IGN);

    load_files();

    load.stations = calloc(LOAD_STATIONS, sizeof(load_conn_t));

    if (load.stations == NULL || load_event_init() == -1) {
        perror("load");
        return 1;
    }

    while (fgets(line, sizeof(line), stdin)) {

        a = b = c = 0;
        kind[0] = '\0';

        n = sscanf(line, "%15s %u %u %u", name, &a, &b, &c);

        if (n == 1) {
            n = sscanf(line, "%15s %15s %u %u", name, kind, &a, &b);
        }

        load_command(name, kind, a, b, c);
        (void) fflush(stdout);
    }

    return 0;
}


static int
load_option(int argc, char **argv)
{
    if (argc != 5) {
        return -1;
    }

    load.port = atoi(argv[1]);
    load.source = (uint32_t) atoi(argv[3]);
    load.base = (uint32_t) atoi(argv[4]);

    if (strcmp(argv[2], "hub") == 0) {
        load.mode = LOAD_HUB;

    } else if (strcmp(argv[2], "nchan") == 0) {
        load.mode = LOAD_NCHAN;

    } else if (strcmp(argv[2], "none") == 0) {
        load.mode = LOAD_NONE;

    } else {
        return -1;
    }

    return load.port > 0 ? 0 : -1;
}


static void
load_files(void)
{
    struct rlimit  rl;

    if (getrlimit(RLIMIT_NOFILE, &rl) == 0) {
        rl.rlim_cur = rl.rlim_max;
        (void) setrlimit(RLIMIT_NOFILE, &rl);
    }
}


static void
load_command(char *name, char *kind, uint32_t a, uint32_t b, uint32_t c)
{
    if (strcmp(name, "open") == 0) {
        load_open(strcmp(kind, "polling") == 0, a, b);

    } else if (strcmp(name, "print") == 0) {
        load_print(a, b, c);

    } else if (strcmp(name, "verify") == 0) {
        load_probe_verify(a);

    } else if (strcmp(name, "status") == 0) {
        load_probe_status(a, (int) b);

    } else if (strcmp(name, "idle") == 0) {
        load_idle(a);

    } else if (strcmp(name, "drop") == 0) {
        load_probe_drop();

    } else {
        printf("{\"error\":\"no command\"}\n");
    }
}


static void
load_open(int polling, uint32_t count, uint32_t window)
{
    uint32_t  goal;
    uint64_t  start, now;

    goal = load.nstations + count;

    if (goal > LOAD_STATIONS) {
        goal = LOAD_STATIONS;
    }

    start = load_now();
    now = start;

    while ((load.nstations < goal || load.opening)
           && now - start < 60000000000ull)
    {
        while (load.nstations < goal && load.opening < window) {
            load_station_open(&load.stations[load.nstations],
                              load.base + load.nstations, polling);
            load.nstations++;
        }

        load_poll(10);
        now = load_now();
    }

    printf("{\"stations\":%u,\"ready\":%u,\"dropped\":%u,\"seconds\":%.4f}\n",
           load.nstations, load.ready, load.dropped,
           (double) (now - start) / 1e9);
}


static void
load_idle(uint32_t ms)
{
    uint64_t  start, now;

    load.pings = 0;

    start = load_now();
    now = start;

    while (now - start < (uint64_t) ms * 1000000) {
        load_poll(10);
        now = load_now();
    }

    printf("{\"pings\":%llu,\"seconds\":%.4f,\"ready\":%u,\"dropped\":%u}\n",
           (unsigned long long) load.pings, (double) (now - start) / 1e9,
           load.ready, load.dropped);
}
