// operator new and delete of the program: free lists of each thread, by size, in front of malloc.
// A resolution makes and frees some fifty blocks, and many resolutions are under way at once; what
// malloc keeps per thread (seven blocks a size, none over 1 KiB, where coroutine frames are) is
// used up by that, and the rest costs more than all else that a resolution computes. Blocks may be
// freed by another thread than the one that made them. Linked into godwitd alone, and left out
// where a sanitizer watches the heap.
#include <malloc.h>

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(memory_sanitizer)
#define GODWIT_HEAP_IS_WATCHED
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GODWIT_HEAP_IS_WATCHED
#endif

#ifndef GODWIT_HEAP_IS_WATCHED

namespace {

constexpr std::size_t step_octets = 16;
constexpr std::size_t listed_octets_max = 2048;
constexpr std::size_t classes = listed_octets_max / step_octets + 1;
constexpr std::size_t list_octets_max = 32 * 1024;  // of one size, in one thread

struct Block {
  Block* next;
};
struct List {
  Block* first;
  std::size_t octets;
};

// Of static storage and without a destructor: usable from the first to the last of a thread.
thread_local List lists[classes];

constexpr std::size_t class_of(std::size_t size) noexcept {
  return size == 0 ? 1 : (size + step_octets - 1) / step_octets;
}

void* allocate(std::size_t size) {
  if (size > listed_octets_max) {
    if (void* const block = std::malloc(size)) return block;
    throw std::bad_alloc();
  }
  const auto index = class_of(size);
  auto& list = lists[index];
  if (list.first != nullptr) {
    Block* const block = list.first;
    list.first = block->next;
    list.octets -= index * step_octets;
    return block;
  }
  if (void* const block = std::malloc(index * step_octets)) return block;
  throw std::bad_alloc();
}

void release_to(std::size_t index, void* pointer) noexcept {
  if (index >= classes || lists[index].octets >= list_octets_max) return std::free(pointer);
  auto& list = lists[index];
  auto* const block = static_cast<Block*>(pointer);
  block->next = list.first;
  list.first = block;
  list.octets += index * step_octets;
}

// The class is that of what the block can hold, which is never less than what was asked for.
void release(void* pointer) noexcept {
  if (pointer != nullptr) release_to(::malloc_usable_size(pointer) / step_octets, pointer);
}
void release(void* pointer, std::size_t size) noexcept {
  if (pointer != nullptr) release_to(class_of(size), pointer);
}

}  // namespace

void* operator new(std::size_t size) {
  return allocate(size);
}
void* operator new[](std::size_t size) {
  return allocate(size);
}
void operator delete(void* pointer) noexcept {
  release(pointer);
}
void operator delete[](void* pointer) noexcept {
  release(pointer);
}
void operator delete(void* pointer, std::size_t size) noexcept {
  release(pointer, size);
}
void operator delete[](void* pointer, std::size_t size) noexcept {
  release(pointer, size);
}

#endif
