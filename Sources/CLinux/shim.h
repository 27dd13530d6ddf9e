#ifndef TYPECASE_CLINUX_H
#define TYPECASE_CLINUX_H
/* What the module of the C library does not show to Swift. */
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
/* Declared by the C library for GNU programs only. */
int pthread_setname_np(pthread_t thread, const char *name);
int dup3(int from, int to, int flags);
#endif
