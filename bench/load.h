
/*
 * Copyright (C) the print hub contributors
 */


#ifndef _LOAD_H_INCLUDED_
#define _LOAD_H_INCLUDED_


#include <stddef.h>
#include <stdint.h>


#define LOAD_STATIONS    20000
#define LOAD_PUBLISHERS  32

/* 8 buckets to an octave of nanoseconds would be 9 %: 64 are 1.1 % */
#define LOAD_HIST_BITS   6
#define LOAD_HIST_SIZE   ((64 - LOAD_HIST_BITS) << LOAD_HIST_BITS)


typedef struct load_conn_s  load_conn_t;

/* returns the number of bytes used, or -1 if the connection is broken */
typedef ssize_t (*load_input_pt)(load_conn_t *c, char *p, size_t len);


struct load_conn_s {
    load_input_pt  input;
    char          *keep;       /* beginning of incomplete input */
    uint32_t       kept;
    uint32_t       size;
    int            fd;
    uint32_t       index;      /* number of the station */
    uint32_t       state;
    uint32_t       pongs;      /* polling: to be sent */
    uint64_t       sent;       /* time of the open request */
    char           sid[24];
};


typedef struct {
    int            status;
    char          *body;
    size_t         len;
} load_http_t;


typedef struct {
    uint64_t       count;
    uint64_t       max;
    uint32_t       bucket[LOAD_HIST_SIZE];
} load_hist_t;


typedef enum {
    LOAD_HUB,
    LOAD_NCHAN,
    LOAD_NONE
} load_mode_e;


typedef struct {
    load_mode_e    mode;
    int            port;
    uint32_t       source;     /* 127.0.source.x */
    uint32_t       base;       /* the number of the first station */

    load_conn_t   *stations;
    uint32_t       nstations;
    uint32_t       ready;
    uint32_t       opening;
    uint32_t       dropped;
    uint32_t       closing;
    uint64_t       pings;

    load_hist_t    hist;
} load_t;


/* load_event.c */

int load_event_init(void);
int load_connect(load_conn_t *c, load_input_pt input);
int load_send(load_conn_t *c, const char *p, size_t len);
void load_close(load_conn_t *c);
void load_poll(int ms);
uint64_t load_now(void);

/* load_http.c */

ssize_t load_http_read(char *p, size_t len, load_http_t *h);

/* load_hist.c */

void load_hist_reset(load_hist_t *h);
void load_hist_add(load_hist_t *h, uint64_t ns);
double load_hist_us(load_hist_t *h, double part);

/* load_station.c */

void load_station_open(load_conn_t *c, uint32_t number, int polling);

/* load_print.c */

void load_print(uint32_t bytes, uint32_t ms, uint32_t rate);
void load_print_received(load_conn_t *c, char *p, size_t len);

/* load_probe.c */

void load_probe_verify(uint32_t connected);
void load_probe_status(uint32_t ms, int others);
void load_probe_drop(void);


extern load_t  load;


#endif /* _LOAD_H_INCLUDED_ */
