
/*
 * Copyright (C) the print hub contributors
 */


/*
 * Runs a target with the files of a folder, without libFuzzer:
 *
 *   TARGET FOLDER      ends with "N passed, N failed"
 *   TARGET -a FOLDER   writes a line for each file: its name, a space, and what
 *                      the codec has made of it, in hexadecimal digits
 *   TARGET FILE        of one file
 *
 * The files are read in a child process.  If it dies, the file that it had has
 * failed, and another child goes on behind it.
 */


#include <sys/mman.h>
#include <dirent.h>

#include "fuzz.h"


#define REPLAY_SIZE  (1024 * 1024)


typedef struct {
    char        **names;
    ngx_uint_t    n;
    ngx_uint_t    room;
} replay_t;


static void replay_folder(replay_t *replay, const char *folder);
static void replay_add(replay_t *replay, const char *folder, const char *name);
static int replay_compare(const void *one, const void *two);
static ngx_uint_t replay_child(replay_t *replay, ngx_uint_t from,
    volatile ngx_uint_t *at);
static void replay_file(const char *name);


int
main(int argc, char **argv)
{
    ngx_uint_t            i, failed;
    volatile ngx_uint_t  *at;

    static replay_t       replay;

    if (argc == 3 && strcmp(argv[1], "-a") == 0) {
        fuzz_answers = stdout;
    }

    if (argc < 2) {
        fprintf(stderr, "usage: %s [-a] FOLDER|FILE\n", argv[0]);
        return 2;
    }

    replay_folder(&replay, argv[argc - 1]);

    at = mmap(NULL, sizeof(ngx_uint_t), PROT_READ|PROT_WRITE,
              MAP_SHARED|MAP_ANONYMOUS, -1, 0);

    if (at == MAP_FAILED) {
        perror("mmap");
        return 2;
    }

    failed = 0;

    for (i = 0; i < replay.n; i = *at + 1) {

        if (replay_child(&replay, i, at)) {
            break;
        }

        printf("not ok %s\n", replay.names[*at]);
        failed++;
    }

    if (fuzz_answers == NULL) {
        printf("%lu passed, %lu failed\n", (u_long) (replay.n - failed),
               (u_long) failed);
    }

    return (failed || replay.n == 0) ? 1 : 0;
}


static void
replay_folder(replay_t *replay, const char *folder)
{
    DIR            *dir;
    struct dirent  *entry;

    dir = opendir(folder);

    if (dir == NULL) {
        replay_add(replay, NULL, folder);
        return;
    }

    while ((entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] != '.') {
            replay_add(replay, folder, entry->d_name);
        }
    }

    closedir(dir);

    if (replay->n) {
        qsort(replay->names, replay->n, sizeof(char *), replay_compare);
    }
}


static void
replay_add(replay_t *replay, const char *folder, const char *name)
{
    size_t  len;

    if (replay->n == replay->room) {
        replay->room = 2 * replay->room + 16;
        replay->names = realloc(replay->names, replay->room * sizeof(char *));
    }

    len = strlen(name) + (folder ? strlen(folder) : 0) + 2;

    replay->names[replay->n] = malloc(len);

    snprintf(replay->names[replay->n], len, "%s%s%s", folder ? folder : "",
             folder ? "/" : "", name);

    replay->n++;
}


static int
replay_compare(const void *one, const void *two)
{
    return strcmp(*(char *const *) one, *(char *const *) two);
}


/* Returns 1 if all files from this one on have passed; *at is the last one. */

static ngx_uint_t
replay_child(replay_t *replay, ngx_uint_t from, volatile ngx_uint_t *at)
{
    int         status;
    pid_t       pid;
    ngx_uint_t  i;

    *at = from;

    fflush(NULL);
    pid = fork();

    if (pid == -1) {
        perror("fork");
        exit(2);
    }

    if (pid == 0) {
        for (i = from; i < replay->n; i++) {
            *at = i;
            replay_file(replay->names[i]);
        }

        /* a sanitizer looks for leaks now */

        exit(0);
    }

    if (waitpid(pid, &status, 0) == -1) {
        perror("waitpid");
        exit(2);
    }

    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}


static void
replay_file(const char *name)
{
    FILE           *file;
    size_t          len;

    static u_char  *buf;

    if (buf == NULL) {
        buf = malloc(REPLAY_SIZE);
    }

    file = fopen(name, "r");

    if (file == NULL || buf == NULL) {
        perror(name);
        exit(2);
    }

    len = fread(buf, 1, REPLAY_SIZE, file);

    fclose(file);

    if (fuzz_answers) {
        fprintf(fuzz_answers, "%s ", name);
    }

    (void) LLVMFuzzerTestOneInput(buf, len);

    if (fuzz_answers) {
        fprintf(fuzz_answers, "\n");
    }
}
