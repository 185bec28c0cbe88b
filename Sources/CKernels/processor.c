#if defined(__linux__)
#define _GNU_SOURCE
#include <sched.h>
#endif
#include <unistd.h>

#include "cantus_kernels.h"

int cantus_core_count(void) {
#if defined(__linux__)
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0 && CPU_COUNT(&set) > 0) return CPU_COUNT(&set);
#endif
    long count = sysconf(_SC_NPROCESSORS_ONLN);
    return count > 0 ? (int)count : 1;
}

#if defined(__GLIBC__)
#include <malloc.h>

size_t cantus_heap_bytes(void) {
    struct mallinfo2 info = mallinfo2();
    return info.arena + info.hblkhd;
}
#else
size_t cantus_heap_bytes(void) { return 0; }
#endif

#if defined(__x86_64__)
#include <immintrin.h>

void cantus_flush_denormals(void) { _mm_setcsr(_mm_getcsr() | 0x8040); }  // flush to zero, denormals are zero

void cantus_pause(void) { _mm_pause(); }

bool cantus_supports_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
           __builtin_cpu_supports("avx512cd") && __builtin_cpu_supports("avx512dq") &&
           __builtin_cpu_supports("avx512vl");
}

bool cantus_supports_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }

#elif defined(__aarch64__)

void cantus_flush_denormals(void) {
    uint64_t control;
    __asm__ volatile("mrs %0, fpcr" : "=r"(control));
    __asm__ volatile("msr fpcr, %0" : : "r"(control | (1u << 24)));
}

void cantus_pause(void) { __asm__ volatile("yield"); }
bool cantus_supports_avx512(void) { return false; }
bool cantus_supports_avx2(void) { return false; }

#else

void cantus_flush_denormals(void) {}
void cantus_pause(void) {}
bool cantus_supports_avx512(void) { return false; }
bool cantus_supports_avx2(void) { return false; }

#endif
