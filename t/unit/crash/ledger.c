
/*
 * Copyright (C) the print hub contributors
 */


#include <ngx_config.h>
#include <ngx_core.h>

#include <sys/mman.h>

#include "unit.h"
#include "ledger_base.h"


#define LEDGER_LIVES  (4 * 1024 * 1024)


/* in front of a message's bytes */
typedef struct {
    ngx_print_ref_t      ref;
    uint32_t             slot;
    uint32_t             seq;
    uint32_t             prev;      /* the last one that was accepted */
    uint32_t             at;
    uint32_t             len;
} ledger_head_t;


/* written by the slot's owner */
typedef struct {
    uint32_t             gen;
    uint32_t             seq;       /* the last one that was tried */
    uint32_t             accepted;
} ledger_sent_t;


/* written by the process that takes from the session */
typedef struct {
    uint32_t             gen;
    uint32_t             missing;
    uint32_t             last[LEDGER_SLOTS];
} ledger_received_t;


/* of a session's connections */
typedef struct {
    uint32_t             gen;
    uint32_t             taker;     /* n + 1 */
    uint32_t             broken;
} ledger_reader_t;


typedef struct {
    ledger_totals_t      totals;
    ledger_sent_t        sent[LEDGER_SLOTS][LEDGER_SESSIONS + 1];
    ledger_received_t    received[LEDGER_SESSIONS + 1];
    ledger_reader_t      readers[LEDGER_SESSIONS + 1];

    /* what the n-th process is taking from, or was when it was killed */
    ngx_print_ref_t      taking[LEDGER_LIVES];

    ngx_atomic_t         lives;     /* the newest process that has begun */
    ngx_atomic_t         owner[LEDGER_SLOTS];   /* the slot's last process */
} ledger_t;


static ngx_uint_t ledger_takes(ngx_uint_t n, ngx_print_ref_t ref);
static void ledger_message(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_message_t *msg);
static ledger_received_t *ledger_account(ngx_print_ref_t ref);
static void ledger_missing(ngx_print_ref_t ref, uint32_t n);


static ledger_t   *ledger;
static ngx_uint_t  ledger_slot;


void
ledger_create(void)
{
    size_t    i;
    uint32_t  x;

    ledger = mmap(NULL, sizeof(ledger_t), PROT_READ|PROT_WRITE,
                  MAP_SHARED|MAP_ANONYMOUS|MAP_NORESERVE, -1, 0);

    if (ledger == MAP_FAILED) {
        perror("mmap");
        exit(2);
    }

    ledger_totals = &ledger->totals;

    x = 1;

    for (i = 0; i < sizeof(ledger_bytes); i++) {
        x = x * 1664525 + 1013904223;
        ledger_bytes[i] = (u_char) (x >> 24);
    }
}


void
ledger_begin(ngx_uint_t n, ngx_uint_t slot)
{
    ngx_atomic_uint_t  lives;

    if (n >= LEDGER_LIVES - LEDGER_SLOTS || slot >= LEDGER_SLOTS) {
        ledger_fail("too many processes");
    }

    ledger_n = n;
    ledger_slot = slot;
    ledger->owner[slot] = n;

    /* it must not become less, whoever stands still between the two */

    do {
        lives = ledger->lives;
    } while (lives < n && !ngx_atomic_cmp_set(&ledger->lives, lives, n));
}


ngx_int_t
ledger_send(ngx_print_store_t *st, ngx_print_ref_t ref, uint32_t at,
    size_t len, size_t limit)
{
    ngx_int_t       rc;
    ngx_str_t       parts[2];
    ledger_head_t   head;
    ledger_sent_t  *sent;

    sent = &ledger->sent[ledger_slot][ref.index];

    if (sent->gen != ref.gen) {
        ngx_print_store_publish(sent->gen, 0);
        sent->seq = 0;
        sent->accepted = 0;
        ngx_print_store_publish(sent->gen, ref.gen);
    }

    head.ref = ref;
    head.slot = ledger_slot;
    head.seq = sent->seq + 1;
    head.prev = sent->accepted;
    head.at = at % LEDGER_BYTES;
    head.len = len;

    parts[0].len = sizeof(ledger_head_t);
    parts[0].data = (u_char *) &head;
    parts[1].len = len;
    parts[1].data = ledger_bytes + head.at;

    ngx_print_store_publish(sent->seq, head.seq);

    rc = ngx_print_queue_send(st, ref, parts, 2, head.seq & 1, limit);

    if (rc == NGX_OK) {
        ngx_print_store_publish(sent->accepted, head.seq);

    } else {
        ngx_print_store_publish(sent->seq, head.seq - 1);
    }

    return rc;
}


/*
 * A client asks for more only when it has read what another process took for
 * it, so that one is waited for, unless it is dead.
 */

void
ledger_taking(ngx_print_store_t *st, ngx_print_ref_t ref)
{
    ngx_uint_t        slot;
    ledger_reader_t  *reader;

    for (slot = 0; slot < LEDGER_SLOTS; slot++) {

        while (slot != st->slot && ledger_takes(ledger->owner[slot], ref)
               && ngx_print_wake_alive(st->wake, slot, st->workers[slot].pid))
        {
            ngx_sched_yield();
        }
    }

    ledger->taking[ledger_n].gen = ref.gen;
    ngx_print_store_publish(ledger->taking[ledger_n].index, ref.index);

    reader = &ledger->readers[ref.index];

    /* a ref may be too old */

    if ((int32_t) (ref.gen - reader->gen) > 0) {
        ngx_print_store_publish(reader->gen, ref.gen);
        ngx_print_store_publish(reader->broken, 0);
        ngx_print_store_publish(reader->taker, 0);
    }

    if (reader->gen == ref.gen) {

        if (reader->taker) {
            ngx_print_store_publish(reader->broken, 1);
        }

        ngx_print_store_publish(reader->taker, ledger_n + 1);
    }
}


ngx_uint_t
ledger_pongs(ngx_print_ref_t ref)
{
    ledger_reader_t  *reader;

    reader = &ledger->readers[ref.index];

    return reader->gen == ref.gen && !reader->broken;
}


static ngx_uint_t
ledger_takes(ngx_uint_t n, ngx_print_ref_t ref)
{
    volatile ngx_print_ref_t  *taking;

    taking = &ledger->taking[n];

    return taking->index == ref.index && taking->gen == ref.gen;
}


void
ledger_taken(void)
{
    ngx_print_ref_t   ref;
    ledger_reader_t  *reader;

    ref = ledger->taking[ledger_n];
    reader = &ledger->readers[ref.index];

    if (reader->gen == ref.gen && reader->taker == ledger_n + 1) {
        ngx_print_store_publish(reader->taker, 0);
    }

    ngx_print_store_publish(ledger->taking[ledger_n].index, 0);
}


void
ledger_receive(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_batch_t *batch)
{
    size_t               bytes;
    ngx_uint_t           n;
    ngx_print_message_t  msg;

    n = 0;
    bytes = 0;

    while (bench_next(st, batch, &msg) == NGX_OK) {

        if (msg.head.len) {
            ledger_job_receive(st, &batch->jobs[batch->job - 1], &msg);
            bytes += 2 * NGX_PRINT_STORE_WRAP - msg.head.len - msg.tail.len;

        } else {
            ledger_message(st, ref, &msg);
        }

        bytes += msg.len;
        n++;
    }

    if (n != batch->count || bytes != batch->bytes) {
        ledger_fail("a batch of %lu messages, %lu bytes has %lu, %lu",
                    (unsigned long) batch->count, (unsigned long) batch->bytes,
                    (unsigned long) n, (unsigned long) bytes);
    }

    (void) ngx_atomic_fetch_add(&ledger_totals->received, n);

    ngx_print_queue_release(st, batch);
}


static void
ledger_message(ngx_print_store_t *st, ngx_print_ref_t ref,
    ngx_print_message_t *msg)
{
    uint32_t           *last;
    ledger_head_t       head;
    ledger_received_t  *received;

    static u_char       bytes[sizeof(ledger_head_t) + LEDGER_BYTES];

    if (msg->len < sizeof(ledger_head_t) || msg->len > sizeof(bytes)) {
        ledger_fail("a message of %lu bytes", (unsigned long) msg->len);
    }

    (void) ngx_print_queue_copy(st, msg, bytes);

    ngx_memcpy(&head, bytes, sizeof(ledger_head_t));

    if (head.at >= LEDGER_BYTES || head.len != msg->len - sizeof(ledger_head_t)
        || memcmp(bytes + sizeof(ledger_head_t), ledger_bytes + head.at,
                  head.len)
           != 0)
    {
        ledger_fail("bytes of a message to session %u", ref.index);
    }

    if (head.ref.index != ref.index || head.ref.gen != ref.gen) {
        ledger_fail("session %u.%u has got a message to %u.%u", ref.index,
                    ref.gen, head.ref.index, head.ref.gen);
    }

    if (msg->binary != (head.seq & 1)) {
        ledger_fail("a message's kind");
    }

    received = ledger_account(ref);
    last = &received->last[head.slot % LEDGER_SLOTS];

    if (head.seq <= *last) {
        ledger_fail("session %u: message %u of slot %u comes after %u",
                    ref.index, head.seq, head.slot, *last);
    }

    if (head.prev > *last) {
        ledger_missing(ref, head.prev - *last);
    }

    ngx_print_store_publish(*last, head.seq);
}


static ledger_received_t *
ledger_account(ngx_print_ref_t ref)
{
    ledger_received_t  *received;

    received = &ledger->received[ref.index];

    if (received->gen != ref.gen) {
        ngx_print_store_publish(received->gen, 0);
        ngx_memzero(received, sizeof(ledger_received_t));
        ngx_print_store_publish(received->gen, ref.gen);
    }

    return received;
}


/* only messages that a process had taken when it was killed may be missing */

static void
ledger_missing(ngx_print_ref_t ref, uint32_t n)
{
    uint32_t            max;
    ngx_uint_t          i;
    ledger_received_t  *received;

    max = 0;

    for (i = 0; i <= ledger->lives; i++) {

        if (i != ledger_n && ledger_takes(i, ref)) {
            max += NGX_PRINT_STORE_SLICE;
        }
    }

    received = ledger_account(ref);
    received->missing += n;

    if (received->missing > max) {
        ledger_fail("session %u: %u messages are lost, %u may be", ref.index,
                    received->missing, max);
    }

    (void) ngx_atomic_fetch_add(&ledger_totals->lost, n);
}


void
ledger_complete(ngx_print_ref_t ref)
{
    ngx_uint_t          slot;
    ledger_sent_t      *sent;
    ledger_received_t  *received;

    received = ledger_account(ref);

    for (slot = 0; slot < LEDGER_SLOTS; slot++) {
        sent = &ledger->sent[slot][ref.index];

        if (sent->gen == ref.gen && sent->accepted > received->last[slot]) {
            ledger_missing(ref, sent->accepted - received->last[slot]);
        }
    }
}
