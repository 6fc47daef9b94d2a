// No heap on the hit path: operator new is replaced in this program by one that counts. Empty under
// a sanitizer, which has its own.
#include "listener_world.h"

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GODWIT_FOREIGN_ALLOCATOR
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GODWIT_FOREIGN_ALLOCATOR
#endif

#ifndef GODWIT_FOREIGN_ALLOCATOR
#include <atomic>
#include <cstdlib>
#include <new>

namespace {
std::atomic<std::size_t> allocations{0};

void* counted(void* block) {
  if (!block) throw std::bad_alloc();
  ++allocations;
  return block;
}
}  // namespace

void* operator new(std::size_t octets) {
  return counted(std::malloc(octets));
}
void* operator new(std::size_t octets, std::align_val_t alignment) {
  const auto unit = static_cast<std::size_t>(alignment);
  return counted(std::aligned_alloc(unit, (octets + unit - 1) / unit * unit));
}
void operator delete(void* block) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  std::free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
  std::free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  std::free(block);
}

namespace godwit::daemon {
namespace {

TEST_F(UdpListenerWorld, a_batch_of_ready_answers_allocates_nothing) {
  fill();
  std::vector<Octets> queries;
  for (const auto& shape : shapes())
    if (shape.name != "huge.example.")
      queries.push_back(QueryMaker(shape.name, shape.type)
                            .edns(QueryMaker::option(10, {1, 2, 3, 4, 5, 6, 7, 8}))
                            .octets());
  for (const auto& query : queries) send(query);
  turn();
  for (const auto& query : queries) send(query);
  const auto before = allocations.load();
  listener->on_events(EPOLLIN);
  listener->flush();
  EXPECT_EQ(allocations.load(), before);
  EXPECT_EQ(counters.queries_answered.get(), 2 * queries.size());
  EXPECT_EQ(counters.answered_at_once.get(), 2 * queries.size());
}

TEST_F(ReadyWorld, a_ready_answer_over_tcp_allocates_nothing) {
  fill();
  const auto query = QueryMaker("alias.example.", a).edns().octets();
  const auto client = client_at("127.0.0.1", 40000, true);
  (void)ordinary(query, client);
  const ReplyRoute route;
  Octets buffer(65535);
  const auto before = allocations.load();
  const auto handled = service->handle(query, false, client, route, buffer);
  EXPECT_EQ(allocations.load(), before);
  EXPECT_EQ(handled.fate, QueryService::Fate::answered);
  EXPECT_EQ(counters.queries_received_tcp.get(), 2u);
}

}  // namespace
}  // namespace godwit::daemon
#endif
