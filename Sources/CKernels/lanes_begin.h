// The names with which a body is written that is included once for each width of vector registers, of LANES floats:
// LOCAL(_name) is the body's own `name` of this width, VEC and BITS its registers. `lanes_end.h` takes them away.

#define CONCAT_(a, b) a##b
#define CONCAT(a, b) CONCAT_(a, b)
#define LOCAL(name) CONCAT(NAME, name)
#define VEC LOCAL(_vec)
#define BITS LOCAL(_bits)
typedef float VEC __attribute__((ext_vector_type(LANES), aligned(4)));
typedef int32_t BITS __attribute__((ext_vector_type(LANES), aligned(4)));

#define LOAD(p) (*(const VEC *)(p))
#define STORE(p, v) (*(VEC *)(p) = (v))
#define UNROLL _Pragma("clang loop unroll(full)")
