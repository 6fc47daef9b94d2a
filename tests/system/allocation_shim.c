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

void* malloc(size_t size) { return fails() ? NULL : __libc_malloc(size); }
void* calloc(size_t count, size_t size) { return fails() ? NULL : __libc_calloc(count, size); }
void* realloc(void* old, size_t size) { return fails() ? NULL : __libc_realloc(old, size); }
