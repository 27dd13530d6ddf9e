#ifndef TYPECASE_CGMP_H
#define TYPECASE_CGMP_H
#include <gmp.h>

/* GMP's functions are macros for names that do not import into Swift under their own: these are typed forms of those used. */
static inline void cgmp_init(mpz_ptr x) { mpz_init(x); }
static inline void cgmp_clear(mpz_ptr x) { mpz_clear(x); }
static inline void cgmp_set(mpz_ptr x, long value) { mpz_set_si(x, value); }
static inline void cgmp_set_double(mpz_ptr x, double value) { mpz_set_d(x, value); }
static inline int cgmp_set_text(mpz_ptr x, const char *text, int radix) { return mpz_set_str(x, text, radix); }
static inline int cgmp_fits(mpz_srcptr x) { return mpz_fits_slong_p(x); }
static inline long cgmp_get(mpz_srcptr x) { return mpz_get_si(x); }
static inline void cgmp_text(char *text, int radix, mpz_srcptr x) { mpz_get_str(text, radix, x); }
static inline size_t cgmp_size(mpz_srcptr x, int radix) { return mpz_sizeinbase(x, radix); }
static inline unsigned long cgmp_low(mpz_srcptr x) { return mpz_get_ui(x); }
static inline int cgmp_sign(mpz_srcptr x) { return mpz_sgn(x); }
static inline int cgmp_compare(mpz_srcptr x, mpz_srcptr y) { return mpz_cmp(x, y); }
static inline int cgmp_compare_double(mpz_srcptr x, double y) { return mpz_cmp_d(x, y); }
static inline size_t cgmp_ones(mpz_srcptr x) { return mpz_popcount(x); }
static inline void cgmp_add(mpz_ptr r, mpz_srcptr x, mpz_srcptr y) { mpz_add(r, x, y); }
static inline void cgmp_subtract(mpz_ptr r, mpz_srcptr x, mpz_srcptr y) { mpz_sub(r, x, y); }
static inline void cgmp_multiply(mpz_ptr r, mpz_srcptr x, mpz_srcptr y) { mpz_mul(r, x, y); }
static inline void cgmp_floor_divide(mpz_ptr q, mpz_ptr r, mpz_srcptr x, mpz_srcptr y) { mpz_fdiv_qr(q, r, x, y); }
static inline void cgmp_power(mpz_ptr r, mpz_srcptr x, unsigned long exponent) { mpz_pow_ui(r, x, exponent); }
static inline void cgmp_shift(mpz_ptr r, mpz_srcptr x, unsigned long bits) { mpz_mul_2exp(r, x, bits); }
static inline void cgmp_absolute(mpz_ptr r, mpz_srcptr x) { mpz_abs(r, x); }
#endif
