// Takes the names of `lanes_begin.h` away, and what the body was included with.

#undef CONCAT_
#undef CONCAT
#undef LOCAL
#undef VEC
#undef BITS
#undef LOAD
#undef STORE
#undef UNROLL
#undef LANES
#undef NAME
#undef TARGET
