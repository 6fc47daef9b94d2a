// An entry is one word:
//
//   63       43 42        22 21   14 13   11 10       4 3       0
//   |   tag    |    end     | uses  | stage | cut off | queries |
#include "iterator/use_watch.h"

#include <algorithm>
#include <cstdlib>

namespace godwit::iterator {

namespace {

constexpr unsigned tag_shift = 43;
constexpr std::uint32_t end_bits = 21;  // three days: nothing is remembered for as long
constexpr std::uint32_t end_mask = (1u << end_bits) - 1;
constexpr std::uint32_t uses_max = 255;
constexpr std::uint32_t cut_off_max = 127;
constexpr std::uint32_t queries_max = 15;

// Eighths of a second from `from` to `to` on the circle of ends.
constexpr std::int32_t apart(std::uint32_t from, std::uint32_t to) noexcept {
  constexpr unsigned unused = 32 - end_bits;
  return static_cast<std::int32_t>((to - from) << unused) >> unused;
}

constexpr std::int32_t second = 8;
using Eighths = std::chrono::duration<std::int64_t, std::ratio<1, second>>;

std::uint32_t on_circle(cache::Time time) noexcept {
  return static_cast<std::uint32_t>(std::chrono::floor<Eighths>(time.time_since_epoch()).count()) &
         end_mask;
}

}  // namespace

WatchedLife::WatchedLife(std::uint64_t question_hash, const Life& life, cache::Time now) noexcept
    : hash(question_hash),
      end(on_circle(std::chrono::ceil<Eighths>(now + cache::Seconds(life.left)))) {}

struct UseWatch::Entry {
  explicit Entry(std::uint64_t word) noexcept
      : tag(static_cast<std::uint32_t>(word >> tag_shift)),
        end(static_cast<std::uint32_t>(word >> 22) & end_mask),
        uses(static_cast<std::uint32_t>(word >> 14) & uses_max),
        stage(static_cast<Stage>(word >> 11 & 7)),
        cut_off(static_cast<std::uint32_t>(word >> 4) & cut_off_max),
        queries(static_cast<std::uint32_t>(word) & queries_max) {}
  explicit Entry(const WatchedLife& life) noexcept : tag(tag_of(life.hash)), end(life.end) {}

  // Never 0: each has a use.
  [[nodiscard]] std::uint64_t word() const noexcept {
    return std::uint64_t{tag} << tag_shift | std::uint64_t{end} << 22 | std::uint64_t{uses} << 14 |
           std::uint64_t{static_cast<std::uint8_t>(stage)} << 11 | std::uint64_t{cut_off} << 4 |
           queries;
  }
  [[nodiscard]] static std::uint32_t tag_of(std::uint64_t hash) noexcept {
    return static_cast<std::uint32_t>(hash >> tag_shift);
  }
  [[nodiscard]] bool is_of(const WatchedLife& life) const noexcept {
    return tag == tag_of(life.hash) && std::abs(apart(end, life.end)) <= second;
  }
  // What it is worth keeping: nothing when its life is over and nobody waits for its use.
  [[nodiscard]] std::uint32_t worth(std::uint32_t now) const noexcept {
    if (stage == Stage::refreshed || stage == Stage::under_way) return uses_max + uses;
    return apart(end, now) > second ? 0 : uses;
  }

  std::uint32_t tag = 0;
  std::uint32_t end = 0;
  std::uint32_t uses = 1;
  Stage stage = Stage::watched;
  std::uint32_t cut_off = 0;
  std::uint32_t queries = 0;
};

UseWatch::UseWatch() : sets_(std::make_unique<Set[]>(sets)) {}

UseWatch::Set& UseWatch::set_of(std::uint64_t hash) const noexcept {
  return sets_[hash % sets];
}

// Changes the entry of that life as `change` says, unless that says no by false.
template <class Change>
bool UseWatch::change(const WatchedLife& life, Change change) noexcept {
  for (Word& word : set_of(life.hash).words) {
    std::uint64_t before = word.load(std::memory_order_relaxed);
    for (;;) {
      Entry entry(before);
      if (before == 0 || !entry.is_of(life)) break;
      if (!change(entry)) return false;
      if (word.compare_exchange_weak(before, entry.word(), std::memory_order_relaxed)) return true;
    }
  }
  return false;
}

UseWatch::Seen UseWatch::count(const WatchedLife& life) noexcept {
  Word* least = nullptr;
  std::uint64_t least_word = 0;
  std::uint32_t least_worth = ~0u;
  for (Word& word : set_of(life.hash).words) {
    std::uint64_t found = word.load(std::memory_order_relaxed);
    Entry entry(found);
    if (found != 0 && entry.tag == Entry::tag_of(life.hash)) {
      const bool same_life = entry.is_of(life);
      const bool is_nearer = same_life && apart(life.end, entry.end) > 0;
      if (same_life && entry.uses == uses_max && !is_nearer) return {entry.uses, entry.stage};
      if (same_life) {
        entry.uses = std::min(entry.uses + 1, uses_max);
        // What is left is rounded up: the least is nearest to the truth.
        if (is_nearer) entry.end = life.end;
      } else {
        entry = Entry(life);
      }
      // A count that another thread makes at the same moment may be lost.
      (void)word.compare_exchange_strong(found, entry.word(), std::memory_order_relaxed);
      return {entry.uses, entry.stage};
    }
    const std::uint32_t worth = found == 0 ? 0 : entry.worth(life.end);
    if (worth < least_worth) {
      least = &word;
      least_word = found;
      least_worth = worth;
    }
  }
  const Entry fresh(life);
  (void)least->compare_exchange_strong(least_word, fresh.word(), std::memory_order_relaxed);
  return {fresh.uses, fresh.stage};
}

bool UseWatch::hold_back(const WatchedLife& life) noexcept {
  return change(life, [](Entry& entry) {
    if (entry.stage != Stage::watched) return false;
    entry.stage = Stage::held_back;
    return true;
  });
}

bool UseWatch::begin(const WatchedLife& life, const Life& times) noexcept {
  return change(life, [&times](Entry& entry) {
    if (entry.stage != Stage::watched && entry.stage != Stage::held_back) return false;
    entry.stage = Stage::under_way;
    entry.cut_off =
        std::min(cut_off_max, static_cast<std::uint32_t>(std::uint64_t{times.left} * 128 /
                                                         std::max<std::uint32_t>(times.ttl, 1)));
    return true;
  });
}

void UseWatch::end(const WatchedLife& life, std::uint32_t queries, bool succeeded) noexcept {
  (void)change(life, [queries, succeeded](Entry& entry) {
    if (entry.stage != Stage::under_way) return false;
    entry.stage = succeeded && queries > 0 ? Stage::refreshed : Stage::given_up;
    entry.queries = std::min(queries, queries_max);
    return true;
  });
}

std::optional<cache::Time> UseWatch::first_use_from(std::uint64_t question_hash,
                                                    cache::Time now) const noexcept {
  for (const Word& word : set_of(question_hash).words) {
    const std::uint64_t found = word.load(std::memory_order_relaxed);
    const Entry entry(found);
    if (found == 0 || entry.tag != Entry::tag_of(question_hash)) continue;
    const std::int32_t ahead = apart(on_circle(now), entry.end);
    const bool is_fetched = entry.stage == Stage::under_way || entry.stage == Stage::refreshed;
    if (is_fetched && ahead > 0) return std::chrono::floor<Eighths>(now) + Eighths(ahead);
  }
  return std::nullopt;
}

std::optional<UseWatch::Spared> UseWatch::first_use(std::uint64_t question_hash,
                                                    cache::Time now) noexcept {
  for (Word& word : set_of(question_hash).words) {
    std::uint64_t found = word.load(std::memory_order_relaxed);
    const Entry entry(found);
    if (found == 0 || entry.tag != Entry::tag_of(question_hash)) continue;
    const bool is_due = entry.stage == Stage::refreshed && apart(entry.end, on_circle(now)) >= 0;
    // Whoever takes it out has it.
    if (is_due && word.compare_exchange_strong(found, 0, std::memory_order_relaxed))
      return Spared{entry.queries, entry.cut_off};
  }
  return std::nullopt;
}

}  // namespace godwit::iterator
