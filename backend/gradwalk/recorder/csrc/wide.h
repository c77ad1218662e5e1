/* Loops over many numbers, compiled for processors that take more of them at once, too. */

#ifndef GRADWALK_WIDE_H
#define GRADWALK_WIDE_H

#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__)
#if __GNUC__ >= 12
#define WIDER "arch=x86-64-v4", "arch=x86-64-v3"
#else
#define WIDER "avx512f", "avx2"
#endif
#define WIDE_AS(...) __attribute__((target_clones(WIDER, "default"), optimize("O3", __VA_ARGS__)))
#else
#define WIDE_AS(...)
#endif
#define WIDE WIDE_AS("O3")

#endif
