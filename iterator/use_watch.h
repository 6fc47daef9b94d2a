// Which answers are near their end and how often they were used there, which of them are being
// fetched again, and which were but have not been used since. A bounded table by keyed hash of the
// question, where the least used gives way; nothing is lost with an entry but a refresh. Any
// thread, without locks.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>

#include "cache/time.h"
#include "iterator/prefetch.h"

namespace godwit::iterator {

// One life of the answer to one question, known by its end in eighths of a second. Ends a second
// apart are the same: what is left of a life is rounded up.
struct WatchedLife {
  WatchedLife(std::uint64_t question_hash, const Life& life, cache::Time now) noexcept;
  std::uint64_t hash;
  std::uint32_t end;
};

class UseWatch {
 public:
  enum class Stage : std::uint8_t {
    watched,
    held_back,  // it was time, but it could not be
    under_way,
    refreshed,
    given_up,  // not again in this life
  };
  struct Seen {
    std::uint32_t uses = 0;  // up to 255, with this one
    Stage stage = Stage::watched;
  };
  // A refresh that has proved useful.
  struct Spared {
    std::uint32_t queries = 0;
    std::uint32_t cut_off = 0;  // of the old life, what was left: in 128ths
  };

  UseWatch();

  // Counts a use in the last stretch. Cost: four loads, and one store while the count grows.
  Seen count(const WatchedLife& life) noexcept;
  // Each is true for one caller alone, the first.
  [[nodiscard]] bool hold_back(const WatchedLife& life) noexcept;
  [[nodiscard]] bool begin(const WatchedLife& life, const Life& times) noexcept;
  // What came of what began; 0 queries: it was not needed.
  void end(const WatchedLife& life, std::uint32_t queries, bool succeeded) noexcept;
  // There when the answer to this question was fetched again and is used for the first time since
  // the old one is over. Cost: four loads.
  [[nodiscard]] std::optional<Spared> first_use(std::uint64_t question_hash,
                                                cache::Time now) noexcept;
  // The end of the old life of an answer that was fetched again, while it is ahead: first_use has
  // to be asked after it.
  [[nodiscard]] std::optional<cache::Time> first_use_from(std::uint64_t question_hash,
                                                          cache::Time now) const noexcept;

 private:
  static constexpr std::size_t ways = 4;
  static constexpr std::size_t sets = 4096;
  struct Entry;
  using Word = std::atomic<std::uint64_t>;
  struct alignas(ways * sizeof(Word)) Set {
    std::array<Word, ways> words{};
  };

  [[nodiscard]] Set& set_of(std::uint64_t hash) const noexcept;
  template <class Change>
  bool change(const WatchedLife& life, Change change) noexcept;

  std::unique_ptr<Set[]> sets_;
};

}  // namespace godwit::iterator
