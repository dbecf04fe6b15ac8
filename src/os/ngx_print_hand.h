
/*
 * Copyright (C) the print hub contributors
 */


/*
 * The queue by which workers that leave give connections to others: messages,
 * each with up to two descriptors. Any process that has inherited it may give
 * and take. Plain C and the kernel, no nginx events, no shared memory.
 */


#ifndef _NGX_PRINT_HAND_H_INCLUDED_
#define _NGX_PRINT_HAND_H_INCLUDED_


#include <ngx_config.h>
#include <ngx_core.h>


#define NGX_PRINT_HAND_FDS  2


typedef struct {
    int           fd[2];        /* take from, give to; -1: not created */
} ngx_print_hand_t;


/*
 * create() makes the queue; the master calls it once, before it forks. A
 * program that the master executes inherits it; in other processes, keep()
 * prevents that. destroy() closes it: what nobody has taken is lost then.
 *
 * NGX_OK     hand is set
 * NGX_ERROR  ngx_errno is set, and nothing is left open
 */
ngx_int_t ngx_print_hand_create(ngx_print_hand_t *hand);
void ngx_print_hand_keep(ngx_print_hand_t *hand);
void ngx_print_hand_destroy(ngx_print_hand_t *hand);

/*
 * Sets hand to the queue of the process that has executed this one, whose
 * descriptors have these numbers; to none, if they are no such queue.
 */
void ngx_print_hand_inherit(ngx_print_hand_t *hand, int32_t *fd);

/*
 * Gives a message of len bytes with n descriptors, of which the caller keeps
 * its own.
 *
 * NGX_OK     it is in the queue
 * NGX_AGAIN  the queue is full, or has too many descriptors: try it later
 * NGX_ERROR  ngx_errno is set
 */
ngx_int_t ngx_print_hand_give(ngx_print_hand_t *hand, u_char *p, size_t len,
    int *fds, ngx_uint_t n);

/*
 * Takes a message to p, which has room for *len bytes, and sets *len; sets fds
 * to its descriptors, which belong to the caller now, the others to -1.
 *
 * NGX_OK        it is complete
 * NGX_DECLINED  it was longer, or a descriptor was lost because this process
 *               may have no more: what is left of it is set
 * NGX_AGAIN     the queue is empty
 * NGX_ERROR     ngx_errno is set
 */
ngx_int_t ngx_print_hand_take(ngx_print_hand_t *hand, u_char *p, size_t *len,
    int *fds);

/*
 * A message may be too long for the queue: file() makes a file of len bytes
 * that has no name, and returns a descriptor of it, or -1 with ngx_errno set.
 * load() reads len bytes from its beginning: NGX_OK, or NGX_ERROR.
 */
int ngx_print_hand_file(u_char *p, size_t len);
ngx_int_t ngx_print_hand_load(int fd, u_char *p, size_t len);


#endif /* _NGX_PRINT_HAND_H_INCLUDED_ */
