// Takes a snapshot back into the caches, block by block, while they are in use: what is fresher
// than the snapshot stays. Nothing lives longer for it: as old as it is by the wall clock or by the
// time that the machine has been up, whichever is more, so that over a restart of the program no
// change of the wall clock gives more time. What has expired by then is left out. If the wall clock
// has gone back by more than a little, nothing is taken.
//
// Each block is taken once its sum is right, and those of all before it. The first that is not ends
// it: what came before it is as good as ever and stays, and nothing that comes after it is taken.
// Several threads may share the work: which entry is put first is then left to chance within as
// many blocks. Any one thread otherwise.
#pragma once

#include "cache/snapshot_write.h"

namespace godwit::cache {

// Fills the room from the file and tells how far; less than all: there is no more. Called by one
// thread at a time, whichever.
using SnapshotSource = std::function<std::size_t(wire::MutableBytes)>;

// How far the wall clock may have been set back.
inline constexpr std::chrono::milliseconds snapshot_from_future_max{60'000};
// How much the two clocks may differ over what the age is: with more, the machine was started
// meanwhile or the wall clock was set, and as that one may be wrong the age may be.
inline constexpr std::chrono::milliseconds snapshot_clocks_apart_max{2'000};

// What it is taken into.
struct SnapshotExpected {
  // `written` and `uptime` are those clocks at `now`. With other `sources` nothing is taken; with
  // other `validation`, what had been validated has been judged by nobody.
  SnapshotHead head;
  Time now{};
};

struct SnapshotLoaded {
  SnapshotFault fault = SnapshotFault::none;
  bool is_trusted = true;  // the validation was the same
  std::int64_t age_milliseconds = 0;
  bool is_age_certain = true;  // by both clocks it is the same
  std::uint64_t taken = 0;
  // Expired, senseless, or in the place of something fresh.
  std::uint64_t dropped = 0;
};

// Goes through a file, a block at a time.
class SnapshotLoading {
 public:
  // `caches` are copied, what they refer to outlives this. `on_first_part` is called once, by
  // whichever thread, when all is taken that had been found lately (snapshot_write.h), or nothing
  // more is.
  SnapshotLoading(const SnapshotCaches& caches, const SnapshotExpected& expected,
                  SnapshotSource source, std::function<void()> on_first_part = {});
  ~SnapshotLoading();
  SnapshotLoading(const SnapshotLoading&) = delete;
  SnapshotLoading& operator=(const SnapshotLoading&) = delete;

  // Takes the next block. False: there are no more, and loaded() says what came of it. Cost: of a
  // block of the usual size half a millisecond.
  bool advance();
  // Takes all that are left, by so many threads, of which the caller's is one; by fewer if there
  // are no more to be had. Cost: 0.3 us of CPU an entry.
  void finish(unsigned threads = 1);
  [[nodiscard]] const SnapshotLoaded& loaded() const noexcept;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// The whole of it at once.
[[nodiscard]] SnapshotLoaded load_snapshot(const SnapshotCaches& caches,
                                           const SnapshotExpected& expected,
                                           const SnapshotSource& source, unsigned threads = 1,
                                           std::function<void()> on_first_part = {});

}  // namespace godwit::cache
