// A snapshot that several threads load: the same comes of it as of one, also of damaged ones.
#include <algorithm>
#include <atomic>
#include <set>
#include <thread>

#include "cache/packed_delegation.h"
#include "cache/packed_rrset.h"
#include "cache/snapshot_record.h"
#include "tests/unit/cache/snapshot_support.h"

namespace godwit::cache::snapshots {
namespace {

constexpr std::uint32_t left_milliseconds = 300'000;
constexpr unsigned block_count = 12, entries_per_block = 20;
constexpr unsigned thread_counts[] = {1, 2, 3, 5};

wire::Name numbered(unsigned block, unsigned i) {
  return name("n" + std::to_string(i) + ".b" + std::to_string(block) + ".test");
}

SnapshotKind kind_of(unsigned block) {
  constexpr SnapshotKind kinds[] = {SnapshotKind::rrsets, SnapshotKind::delegations,
                                    SnapshotKind::negatives};
  return kinds[block % std::size(kinds)];
}

SnapshotOctets records_of(SnapshotKind kind, unsigned block, unsigned count = entries_per_block) {
  SnapshotOctets out;
  for (unsigned i = 0; i < count; ++i) {
    const wire::Name owner = numbered(block, i);
    if (kind == SnapshotKind::rrsets) {
      const PackedRRset set(*make_set(owner, RrType::a, 300, 1, 4, i), Trust::answer_authoritative);
      append_packed({left_milliseconds, 1, set.rank(), 1, owner.wire(), set.payload()}, out);
    } else if (kind == SnapshotKind::delegations) {
      Delegation delegation;
      delegation.ns = cache::testing::make_ns(owner, 3600);
      append_packed({left_milliseconds, 0, 0, 1, owner.wire(), *pack_delegation(delegation)}, out);
    } else {
      CachedNegative denial;
      denial.kind = NegativeKind::nxdomain;
      denial.owner = owner;
      denial.soa = make_soa(name("test"), 300, 300);
      append_negative({left_milliseconds, RrType::none, denial}, out);
    }
  }
  return out;
}

// A snapshot block by block.
struct Parts {
  SnapshotOctets head;
  std::vector<SnapshotOctets> blocks;

  Parts() {
    const auto octets = write_snapshot_head({t0, {1}, {2}, 0});
    head.assign(octets.begin(), octets.end());
  }
  // Under a good sum.
  void add(SnapshotKind kind, const SnapshotOctets& payload) {
    const auto block_head = frame_.seal(kind, payload);
    blocks.emplace_back(block_head.begin(), block_head.end());
    blocks.back().insert(blocks.back().end(), payload.begin(), payload.end());
  }
  void end(std::uint32_t entries) {
    SnapshotOctets count(8);
    wire::store_u32(count.data() + 4, entries);
    add(SnapshotKind::end, count);
  }
  [[nodiscard]] SnapshotOctets file() const {
    SnapshotOctets out = head;
    for (const SnapshotOctets& block : blocks) out.insert(out.end(), block.begin(), block.end());
    return out;
  }

 private:
  SnapshotBlocks frame_{write_snapshot_head({t0, {1}, {2}, 0})};
};

Parts whole_parts(std::uint32_t entries = block_count * entries_per_block) {
  Parts out;
  for (unsigned block = 0; block < block_count; ++block)
    out.add(kind_of(block), records_of(kind_of(block), block));
  out.end(entries);
  return out;
}

// All that is remembered, as text.
std::multiset<std::string> contents(const AllCaches& caches) {
  std::multiset<std::string> out;
  const auto add = [&out](char kind, wire::Bytes owner, wire::Bytes data, Time expires) {
    std::string text(1, kind);
    text.append(owner.begin(), owner.end()).append(data.begin(), data.end());
    out.insert(text + std::to_string(expires.time_since_epoch().count()));
  };
  for (const auto& entry : caches.rrsets.snapshot(at(10)))
    add('r', entry.set->owner_wire(), entry.set->records().packed(), entry.expires);
  for (const auto& entry : caches.delegations.snapshot(at(10)))
    add('d', entry->ns->owner_wire(), entry->ns->records().packed(), entry->expires);
  for (const auto& entry : caches.negatives.snapshot(at(10)))
    add('n', entry.owner.wire(), entry.soa->records().packed(), entry.expires);
  return out;
}

// Of a file without damage.
std::multiset<std::string> contents_of_first(unsigned blocks) {
  Parts parts;
  for (unsigned block = 0; block < blocks; ++block)
    parts.add(kind_of(block), records_of(kind_of(block), block));
  parts.end(blocks * entries_per_block);
  AllCaches caches;
  EXPECT_EQ(load(caches, parts.file()).fault, SnapshotFault::none);
  return contents(caches);
}

// Reads from the file, and sees to it that no two threads do at once.
SnapshotLoaded load_by(unsigned threads, const AllCaches& caches, wire::Bytes file,
                       std::function<void()> on_first_part = {}) {
  std::atomic<int> inside{0};
  const SnapshotSource source = [&](wire::MutableBytes room) {
    EXPECT_EQ(inside.fetch_add(1), 0);
    const std::size_t count = std::min(room.size(), file.size());
    std::copy_n(file.begin(), count, room.begin());
    file = file.subspan(count);
    inside.fetch_sub(1);
    return count;
  };
  return load_snapshot(caches.all, {{t0, {1}, {2}, 0}, at(10)}, source, threads,
                       std::move(on_first_part));
}

// Whatever the number of threads: this fault, and of the entries those of the first blocks.
void expect(const SnapshotOctets& file, SnapshotFault fault, unsigned blocks,
            const std::string& what) {
  const auto good = contents_of_first(blocks);
  for (const unsigned threads : thread_counts) {
    AllCaches caches;
    const auto loaded = load_by(threads, caches, file);
    EXPECT_EQ(loaded.fault, fault) << what << threads;
    EXPECT_EQ(loaded.taken, blocks * entries_per_block) << what << threads;
    EXPECT_EQ(loaded.dropped, 0u) << what << threads;
    EXPECT_TRUE(contents(caches) == good) << what << threads;
  }
}

TEST(SnapshotThreads, take_what_one_takes) {
  expect(whole_parts().file(), SnapshotFault::none, block_count, "whole ");
}

// That is what comes before RRsets begin for the second time.
TEST(SnapshotThreads, tell_when_what_was_found_lately_is_there) {
  const auto first_part = contents_of_first(3);
  for (const unsigned threads : thread_counts) {
    AllCaches caches;
    int told = 0;
    const auto loaded = load_by(threads, caches, whole_parts().file(), [&] {
      ++told;
      EXPECT_TRUE(std::ranges::includes(contents(caches), first_part)) << threads;
      EXPECT_TRUE(threads != 1 || contents(caches) == first_part);
    });
    EXPECT_EQ(loaded.fault, SnapshotFault::none);
    EXPECT_EQ(told, 1) << threads;
  }
}

TEST(SnapshotThreads, tell_so_once_when_there_is_no_more_to_come) {
  Parts lately;
  lately.add(SnapshotKind::rrsets, records_of(SnapshotKind::rrsets, 0));
  lately.end(entries_per_block);
  Parts none;
  none.end(0);
  Parts damaged = whole_parts();
  damaged.blocks[1].back() ^= 1;
  Parts cut = whole_parts();
  cut.blocks.resize(2);
  for (const unsigned threads : thread_counts) {
    for (const SnapshotOctets& file : {lately.file(), none.file(), damaged.file(), cut.file(),
                                       SnapshotOctets(), SnapshotOctets(50)}) {
      AllCaches caches;
      int told = 0;
      (void)load_by(threads, caches, file, [&] { ++told; });
      EXPECT_EQ(told, 1) << threads << ", " << file.size();
    }
  }
}

TEST(SnapshotThreads, stop_at_the_first_block_that_is_not_what_was_written) {
  for (unsigned block = 0; block < block_count; ++block) {
    const std::string where = "block " + std::to_string(block) + ", ";
    Parts parts = whole_parts();
    parts.blocks[block].back() ^= 1;
    expect(parts.file(), SnapshotFault::damaged, block, where + "payload, ");

    parts = whole_parts();
    parts.blocks[block][11] ^= 1;
    expect(parts.file(), SnapshotFault::damaged, block, where + "number, ");

    parts = whole_parts();
    parts.blocks[block][7] = 9;
    expect(parts.file(), SnapshotFault::damaged, block, where + "kind, ");

    parts = whole_parts();
    std::swap(parts.blocks[block], parts.blocks[block + 1]);
    expect(parts.file(), SnapshotFault::damaged, block, where + "order, ");

    parts = whole_parts();
    parts.blocks.erase(parts.blocks.begin() + block);
    expect(parts.file(), SnapshotFault::damaged, block, where + "missing, ");

    for (const std::size_t octets :
         {std::size_t{0}, std::size_t{5}, snapshot_block_head_octets, std::size_t{100}}) {
      parts = whole_parts();
      parts.blocks.resize(block + 1);
      parts.blocks.back().resize(octets);
      expect(parts.file(), SnapshotFault::cut_short, block, where + "cut, ");
    }
  }
}

TEST(SnapshotThreads, of_several_faults_tell_the_first) {
  Parts parts = whole_parts();
  parts.blocks[3].back() ^= 1;
  parts.blocks[4].back() ^= 1;
  parts.blocks.resize(6);
  parts.blocks.back().resize(40);
  expect(parts.file(), SnapshotFault::damaged, 3, "");
}

TEST(SnapshotThreads, hold_the_end_to_what_it_says) {
  expect(whole_parts(block_count * entries_per_block - 1).file(), SnapshotFault::damaged,
         block_count, "one too few ");
  SnapshotOctets longer = whole_parts().file();
  longer.push_back(0);
  expect(longer, SnapshotFault::damaged, block_count, "longer ");
}

// The others are long done with the small blocks behind it when its sum proves to be wrong.
TEST(SnapshotThreads, take_nothing_that_comes_after_a_damaged_block) {
  Parts parts;
  parts.add(SnapshotKind::rrsets, records_of(SnapshotKind::rrsets, 0, 20'000));
  parts.blocks.back().back() ^= 1;
  for (unsigned block = 1; block < block_count; ++block)
    parts.add(kind_of(block), records_of(kind_of(block), block));
  expect(parts.file(), SnapshotFault::damaged, 0, "");
}

TEST(SnapshotThreads, take_of_a_block_that_makes_no_sense_what_does) {
  for (const unsigned threads : thread_counts) {
    Parts parts;
    parts.add(SnapshotKind::rrsets, records_of(SnapshotKind::rrsets, 0));
    SnapshotOctets records = records_of(SnapshotKind::rrsets, 1);
    records.pop_back();  // the last is longer than there is
    parts.add(SnapshotKind::rrsets, records);
    parts.add(SnapshotKind::rrsets, records_of(SnapshotKind::rrsets, 2));
    parts.end(3 * entries_per_block);
    AllCaches caches;
    const auto loaded = load_by(threads, caches, parts.file());
    EXPECT_EQ(loaded.fault, SnapshotFault::damaged);
    EXPECT_EQ(loaded.taken, 2 * entries_per_block - 1);
    EXPECT_EQ(loaded.dropped, 1u);
    EXPECT_FALSE(caches.rrsets.find(numbered(2, 0), RrType::a, at(10)));
  }
}

TEST(SnapshotThreads, read_no_more_once_there_is_no_more) {
  const SnapshotOctets whole = whole_parts().file();
  for (const unsigned threads : thread_counts) {
    wire::Bytes file = whole;
    int reads = 0;
    const SnapshotSource source = [&](wire::MutableBytes room) {
      if (++reads > 10) return std::size_t{0};
      const std::size_t count = std::min(room.size(), file.size());
      std::copy_n(file.begin(), count, room.begin());
      file = file.subspan(count);
      return count;
    };
    AllCaches caches;
    const auto loaded = load_snapshot(caches.all, {{t0, {1}, {2}, 0}, at(10)}, source, threads);
    EXPECT_EQ(loaded.fault, SnapshotFault::cut_short);
    EXPECT_EQ(loaded.taken, 4 * entries_per_block);  // after the head, two reads a block
    EXPECT_EQ(reads, 11);
  }
}

// For ThreadSanitizer, too.
TEST(SnapshotThreads, load_while_the_caches_are_in_use) {
  constexpr unsigned blocks = 60, others = 2'000;
  Parts parts;
  for (unsigned block = 0; block < blocks; ++block)
    parts.add(kind_of(block), records_of(kind_of(block), block));
  parts.end(blocks * entries_per_block);
  AllCaches caches;
  std::atomic<bool> is_loaded{false};
  std::vector<std::thread> users;
  for (int user = 0; user < 2; ++user)
    users.emplace_back([&] {
      for (unsigned step = 0; !is_loaded; ++step) {
        const auto owner = numbered(step % blocks, step / blocks % entries_per_block);
        const auto found = caches.rrsets.find(owner, RrType::a, at(10));
        if (found) {
          EXPECT_EQ(found->set->owner(), owner);
        }
        (void)caches.delegations.closest(owner, at(10));
        (void)caches.negatives.find(owner, RrType::a, at(10));
      }
    });
  users.emplace_back([&] {
    for (unsigned i = 0; i < others; ++i)
      caches.rrsets.store(make_set(numbered(blocks, i), RrType::a, 300),
                          Trust::answer_authoritative, at(10));
  });
  const auto loaded = load_by(4, caches, parts.file());
  is_loaded = true;
  for (std::thread& user : users) user.join();
  EXPECT_EQ(loaded.fault, SnapshotFault::none);
  EXPECT_EQ(loaded.taken, blocks * entries_per_block);
  EXPECT_EQ(contents(caches).size(), blocks * entries_per_block + others);
}

}  // namespace
}  // namespace godwit::cache::snapshots
