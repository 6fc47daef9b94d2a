/* Preloaded into the program under test: fails single allocations. The file named by
 * GODWIT_SHIM_FILE holds two 64-bit numbers: every how many-th allocation fails (0: none), and how
 * many have failed so far, which is counted up here. Needs glibc. */
#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

extern void* __libc_malloc(size_t);
extern void* __libc_calloc(size_t, size_t);
extern void* __libc_realloc(void*, size_t);
extern void* __libc_memalign(size_t, size_t);
extern void __libc_free(void*);

struct control {
  _Atomic uint64_t interval;
  _Atomic uint64_t failed;
};
static struct control* control;
static _Atomic uint64_t passed;

__attribute__((constructor)) static void map_control(void) {
  const char* path = getenv("GODWIT_SHIM_FILE");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void* mapped = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  close(fd);
  if (mapped != MAP_FAILED) control = mapped;
}

static int fails(void) {
  uint64_t interval = control ? atomic_load(&control->interval) : 0;
  if (interval == 0) return 0;
  if ((atomic_fetch_add(&passed, 1) + 1) % interval != 0) return 0;
  atomic_fetch_add(&control->failed, 1);
  errno = ENOMEM;
  return 1;
}

/* The whole family, so that no block is made by one allocator and freed by another, whatever the
 * program is linked with: C first, then C++ by its mangled names. */
void* malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void* realloc(void* old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
void free(void* block) { __libc_free(block); }
void* memalign(size_t alignment, size_t size) {
  return fails() ? NULL : __libc_memalign(alignment, size);
}
void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void** out, size_t alignment, size_t size) {
  *out = memalign(alignment, size);
  return *out ? 0 : ENOMEM;
}

extern void _ZSt17__throw_bad_allocv(void) __attribute__((noreturn, weak));
static void* or_throw(void* block) {
  if (!block) _ZSt17__throw_bad_allocv();
  return block;
}
void* _Znwm(size_t size) { return or_throw(malloc(size ? size : 1)); }
void* _Znam(size_t size) { return or_throw(malloc(size ? size : 1)); }
void* _ZnwmRKSt9nothrow_t(size_t size, const void* tag) { return (void)tag, malloc(size ? size : 1); }
void* _ZnamRKSt9nothrow_t(size_t size, const void* tag) { return (void)tag, malloc(size ? size : 1); }
void* _ZnwmSt11align_val_t(size_t size, size_t at) { return or_throw(memalign(at, size)); }
void* _ZnamSt11align_val_t(size_t size, size_t at) { return or_throw(memalign(at, size)); }
void _ZdlPv(void* block) { free(block); }
void _ZdaPv(void* block) { free(block); }
void _ZdlPvm(void* block, size_t size) { (void)size, free(block); }
void _ZdaPvm(void* block, size_t size) { (void)size, free(block); }
void _ZdlPvRKSt9nothrow_t(void* block, const void* tag) { (void)tag, free(block); }
void _ZdaPvRKSt9nothrow_t(void* block, const void* tag) { (void)tag, free(block); }
void _ZdlPvSt11align_val_t(void* block, size_t at) { (void)at, free(block); }
void _ZdaPvSt11align_val_t(void* block, size_t at) { (void)at, free(block); }
void _ZdlPvmSt11align_val_t(void* block, size_t size, size_t at) { (void)size, (void)at, free(block); }
void _ZdaPvmSt11align_val_t(void* block, size_t size, size_t at) { (void)size, (void)at, free(block); }
