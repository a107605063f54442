#define _GNU_SOURCE
#include "CCrashPoint.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <unistd.h>

#ifdef __linux__

struct step {
    char moment[8], call[12], suffix[96], text[96];
    long count;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct step plan[8];
static int planned, passed;

static void die(void) {
    kill(getpid(), SIGKILL);
}

/// Reads the plan when its file is there by now.
static void load(void) {
    const char *path = getenv(STAFFROOM_CRASH_PLAN);
    FILE *file = path ? fopen(path, "re") : NULL;
    if (!file) return;
    char line[320];
    while (fgets(line, sizeof line, file)) {
        if (planned == sizeof plan / sizeof *plan) die();
        struct step *step = &plan[planned];
        int fields = sscanf(line, "%7s %11s %95s %ld %95s", step->moment, step->call, step->suffix, &step->count, step->text);
        if (fields < 4 || step->count < 1) die();
        planned++;
    }
    if (planned == 0) die();
    fclose(file);
}

static int ends(const char *path, const char *suffix) {
    size_t length = strlen(path), end = strlen(suffix);
    return length >= end && strcmp(path + length - end, suffix) == 0;
}

/// Counts a call against the plan.
static void reach(const char *moment, const char *call, const char *path, const void *bytes, size_t length) {
    int number = errno;
    pthread_mutex_lock(&lock);
    if (planned == 0) load();
    if (passed < planned) {
        struct step *step = &plan[passed];
        int matches = strcmp(moment, step->moment) == 0 && strcmp(call, step->call) == 0 && ends(path, step->suffix)
            && (!*step->text || (bytes && memmem(bytes, length, step->text, strlen(step->text))));
        if (matches && --step->count == 0 && ++passed == planned) die();
    }
    pthread_mutex_unlock(&lock);
    errno = number;
}

static void reach_open(const char *moment, const char *call, int descriptor, const void *bytes, size_t length) {
    int number = errno;
    char link[40], path[4096];
    snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
    ssize_t size = readlink(link, path, sizeof path - 1);
    if (size > 0) {
        path[size] = 0;
        reach(moment, call, path, bytes, length);
    }
    errno = number;
}

/// The function of the C library that one of ours stands before.
#define ORIGINAL(name) __typeof__(&name) original = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

#define ON_OPEN(call, name, bytes, length, ...) \
    ORIGINAL(name); \
    reach_open("before", call, descriptor, bytes, length); \
    __typeof__(original(__VA_ARGS__)) result = original(__VA_ARGS__); \
    reach_open("after", call, descriptor, bytes, length); \
    return result

ssize_t write(int descriptor, const void *bytes, size_t length) {
    ON_OPEN("write", write, bytes, length, descriptor, bytes, length);
}

ssize_t pwrite(int descriptor, const void *bytes, size_t length, off_t at) {
    ON_OPEN("write", pwrite, bytes, length, descriptor, bytes, length, at);
}

ssize_t pwrite64(int descriptor, const void *bytes, size_t length, off64_t at) {
    ON_OPEN("write", pwrite64, bytes, length, descriptor, bytes, length, at);
}

int fsync(int descriptor) {
    ON_OPEN("sync", fsync, NULL, 0, descriptor);
}

int fdatasync(int descriptor) {
    ON_OPEN("sync", fdatasync, NULL, 0, descriptor);
}

int ftruncate(int descriptor, off_t length) {
    ON_OPEN("truncate", ftruncate, NULL, 0, descriptor, length);
}

int ftruncate64(int descriptor, off64_t length) {
    ON_OPEN("truncate", ftruncate64, NULL, 0, descriptor, length);
}

int connect(int descriptor, const struct sockaddr *address, socklen_t length) {
    ORIGINAL(connect);
    reach("before", "connect", "-", NULL, 0);
    int result = original(descriptor, address, length);
    reach("after", "connect", "-", NULL, 0);
    return result;
}

int rename(const char *path, const char *target) {
    ORIGINAL(rename);
    reach("before", "rename", path, NULL, 0);
    int result = original(path, target);
    reach("after", "rename", path, NULL, 0);
    return result;
}

int unlink(const char *path) {
    ORIGINAL(unlink);
    reach("before", "unlink", path, NULL, 0);
    int result = original(path);
    reach("after", "unlink", path, NULL, 0);
    return result;
}

#endif
