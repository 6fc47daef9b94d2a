// The charge of a cache against what it really allocates: operator new is replaced in this program
// by one that counts the octets of each block, the allocator's word before it included. Needs
// glibc's own allocator, so this file is empty under a sanitizer.
#include <gtest/gtest.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GODWIT_FOREIGN_ALLOCATOR
#endif
#endif
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || !defined(__GLIBC__)
#define GODWIT_FOREIGN_ALLOCATOR
#endif

#ifndef GODWIT_FOREIGN_ALLOCATOR
#include <malloc.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <new>
#include <random>

#include "cache/delegation_cache.h"
#include "cache/failure_cache.h"
#include "cache/negative_cache.h"
#include "cache/rrset_cache.h"
#include "cache/server_table.h"
#include "tests/unit/cache/support.h"

namespace {

std::atomic<std::size_t> octets_allocated{0};

void* counted(void* block) {
  if (!block) throw std::bad_alloc();
  octets_allocated += malloc_usable_size(block) + sizeof(std::size_t);
  return block;
}
void uncounted_free(void* block) noexcept {
  if (!block) return;
  octets_allocated -= malloc_usable_size(block) + sizeof(std::size_t);
  std::free(block);
}

}  // namespace

void* operator new(std::size_t octets) {
  return counted(std::malloc(octets));
}
void* operator new(std::size_t octets, std::align_val_t alignment) {
  return counted(std::aligned_alloc(static_cast<std::size_t>(alignment), octets));
}
void operator delete(void* block) noexcept {
  uncounted_free(block);
}
void operator delete(void* block, std::size_t) noexcept {
  uncounted_free(block);
}
void operator delete(void* block, std::align_val_t) noexcept {
  uncounted_free(block);
}
void operator delete(void* block, std::size_t, std::align_val_t) noexcept {
  uncounted_free(block);
}

namespace godwit::cache {
namespace {

using testing::at;
using testing::name;
using wire::RrType;

wire::Name name_numbered(std::uint32_t number) {
  return name("name" + std::to_string(number) + ".example.test");
}

// Makes a cache, fills it with `store(cache, i)` and compares, after each tenth, what it says it
// uses with what it has. The allocator now and then gives 16 octets more than it was asked for,
// rather than leave a useless rest.
template <class Cache, class Options, class Store>
void expect_exact(const Options& options, std::uint32_t count, Store store) {
  constexpr std::size_t facade = 1024;
  const std::size_t before = octets_allocated;
  Cache cache(testing::test_hash(), options);
  for (std::uint32_t i = 0; i < count; ++i) {
    store(cache, i);
    if (i % (count / 10) != 0) continue;
    const std::size_t grown = octets_allocated - before;
    const CacheUse use = cache.use();
    EXPECT_LE(use.octets, options.octets_max);
    EXPECT_LE(use.octets, grown) << i;
    EXPECT_LE(grown, use.octets + facade + use.entries * 4) << i;
  }
}

// Packed tables lie in pages of their own, which the system gives as they are touched.
std::size_t resident_octets() {
  std::ifstream statm("/proc/self/statm");
  std::size_t size = 0, resident = 0;
  statm >> size >> resident;
  return resident * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

template <class Cache, class Options, class Store>
void expect_resident(const Options& options, std::uint32_t count, Store store) {
  constexpr std::size_t unrelated = 512 << 10;
  const std::size_t before = resident_octets();
  Cache cache(testing::test_hash(), options);
  for (std::uint32_t i = 0; i < count; ++i) {
    store(cache, i);
    if (i % (count / 10) != 0) continue;
    EXPECT_LE(cache.use().octets, options.octets_max);
    EXPECT_LE(resident_octets() - before, cache.use().octets + unrelated) << i;
  }
  EXPECT_GE(resident_octets() - before + unrelated, cache.use().octets);
}

TEST(CacheMemory, of_rrsets_is_what_is_resident) {
  std::mt19937 random(1);
  for (const std::size_t limit : {std::size_t{4} << 20, std::size_t{64} << 20})
    expect_resident<RRsetCache>(
        RRsetCacheOptions{.octets_max = limit}, 50'000, [&](RRsetCache& cache, std::uint32_t i) {
          cache.store(testing::make_set(name_numbered(i), RrType::txt, 600, 1 + random() % 5,
                                        4 + random() % 100),
                      Trust::glue, at(0));
        });
}

TEST(CacheMemory, of_a_name_with_one_address_is_little_more_than_the_name) {
  constexpr std::uint32_t count = 200'000;
  RRsetCache cache(testing::test_hash(), {.octets_max = std::size_t{256} << 20});
  for (std::uint32_t i = 0; i < count; ++i)
    cache.store(testing::make_set(name_numbered(i), RrType::a, 600), Trust::answer_authoritative,
                at(0));
  ASSERT_EQ(cache.use().entries, count);
  // A name of 25 octets.
  EXPECT_LE(cache.use().octets / count, 75u);
}

TEST(CacheMemory, of_denials_is_what_the_heap_has) {
  expect_exact<NegativeCache>(
      NegativeCacheOptions{.octets_max = 400 << 10}, 20'000,
      [](NegativeCache& cache, std::uint32_t i) {
        cache.store_nxdomain(name_numbered(i), testing::make_soa(name("test"), 600, 600), at(0));
      });
}

TEST(CacheMemory, of_delegations_is_what_is_resident) {
  expect_resident<DelegationCache>(DelegationCacheOptions{.octets_max = 4 << 20}, 50'000,
                                   [](DelegationCache& cache, std::uint32_t i) {
                                     Delegation delegation;
                                     delegation.ns = testing::make_ns(name_numbered(i), 600);
                                     for (std::uint32_t n = 0; n < i % 5; ++n)
                                       delegation.glue.push_back({0, testing::v4(n)});
                                     cache.store(std::move(delegation), at(0));
                                   });
}

TEST(CacheMemory, of_failures_is_what_the_heap_has) {
  expect_exact<FailureCache>(FailureCacheOptions{.octets_max = 400 << 10}, 10'000,
                             [](FailureCache& cache, std::uint32_t i) {
                               cache.store(name_numbered(i), RrType::a, 1, at(0));
                             });
}

TEST(CacheMemory, of_servers_is_what_the_heap_has) {
  expect_exact<ServerTable>(ServerTableOptions{.octets_max = 400 << 10}, 10'000,
                            [](ServerTable& table, std::uint32_t i) {
                              table.report_rtt(testing::v6(i), std::chrono::seconds(1), at(0));
                              table.report_lame(testing::v4(i), name_numbered(i), at(0));
                            });
}

}  // namespace
}  // namespace godwit::cache
#endif
