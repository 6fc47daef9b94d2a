// Answers ready to be sent, by question and by what else changes their octets. Kept for what is
// asked again; each answer ends with the first of its sets, and when anything that it was made of
// changes. A search takes no lock and no heap. Any thread may call anything.
#pragma once

#include <atomic>
#include <optional>
#include <vector>

#include "cache/packed_table.h"
#include "cache/ready_answer.h"

namespace godwit::cache {

// What tells answers to one question apart.
struct AnswerVariant {
  bool dnssec_ok = false;  // with signatures
  bool checking_disabled = false;
  [[nodiscard]] std::uint8_t to_octet() const noexcept {
    return static_cast<std::uint8_t>((dnssec_ok ? 1 : 0) | (checking_disabled ? 2 : 0));
  }
  [[nodiscard]] static AnswerVariant from_octet(std::uint8_t octet) noexcept {
    return {(octet & 1) != 0, (octet & 2) != 0};
  }
};

class AnswerCache {
 public:
  // `stamps` tell of changes to what the answers are made of, and outlive this.
  AnswerCache(const KeyedHash& hash, std::size_t octets_max, const ChangeStamps& stamps);

  // Starts loading what find() reads first.
  void prefetch(std::uint64_t hash) const noexcept {
    table_.prefetch(hash);
    stamps_.prefetch(hash);
  }
  // When that is there: starts loading what find() reads next.
  void prefetch_entry(std::uint64_t hash) const noexcept { table_.prefetch_entry(hash); }
  // The answer, if it is fresh and nothing has changed since it was made. Lifetime: the buffer's.
  [[nodiscard]] std::optional<ReadyAnswer> find(const PackedKey& key, Time now,
                                                PackedBuffer& buffer) const noexcept;
  // Keeps an answer until `expires`, and no longer than `parts.keep_until` or until one of
  // `parts.marks` moves.
  // `parts.epoch` is that of before it was made. False: it cannot be kept.
  bool put(const PackedKey& key, const ReadyParts& parts, Time expires, Time now);

  // A count of the calls of clear().
  [[nodiscard]] std::uint32_t epoch() const noexcept {
    return epoch_.load(std::memory_order_acquire);
  }
  // Nothing that was made before is found any more, even if it is put later.
  void clear();
  [[nodiscard]] CacheUse use() const { return table_.use(); }

  // For operators: the questions for a name whose answers would be found.
  struct Kept {
    wire::RrType type = wire::RrType::none;
    AnswerVariant variant;
    std::uint32_t seconds_left = 0;
  };
  [[nodiscard]] std::vector<Kept> of_owner(const wire::Name& owner, Time now) const;
  // Forgets the answers to questions for that name, and tells how many they were.
  std::size_t erase_owner(const wire::Name& owner, std::optional<wire::RrType> type);

 private:
  const ChangeStamps& stamps_;
  std::atomic<std::uint32_t> epoch_{0};
  PackedTable table_;
  KeyedHash hash_;
};

}  // namespace godwit::cache
