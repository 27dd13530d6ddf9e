#ifndef TYPECASE_CNETTLE_H
#define TYPECASE_CNETTLE_H
#include <nettle/sha2.h>
#endif
