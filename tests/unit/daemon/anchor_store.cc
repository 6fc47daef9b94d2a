// The file of the trust anchors' state: whole or not at all.
#include "daemon/anchor_store.h"

#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <csignal>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <vector>

#include "conf/read_file.h"
#include "tests/support/signer.h"

namespace {

// What has been made durable, by the number of its inode, in order.
std::vector<ino_t> made_durable;

}  // namespace

// In the place of the system's.
extern "C" int fsync(int fd) {
  struct stat status {};
  if (::fstat(fd, &status) == 0) made_durable.push_back(status.st_ino);
  return ::fdatasync(fd);
}

namespace godwit::daemon {
namespace {

namespace fs = std::filesystem;
using Found = AnchorStore::Found;

// The state number `n`; `keys` make it longer.
std::vector<dnssec::TrustPoint> state(std::int64_t n, std::size_t keys = 1) {
  dnssec::TrustPoint point;
  point.source = "built-in";
  point.looked = n;
  for (std::size_t i = 0; i < keys; ++i) {
    dnssec::FollowedKey key;
    key.state = dnssec::KeyState::valid;
    key.rdata = {1, 1, 3, 15};
    key.rdata.resize(4 + 1'000, static_cast<std::uint8_t>(i));
    point.keys.push_back(std::move(key));
  }
  return {point};
}

// In memory where there is such a folder: a disk takes milliseconds to make a file durable, a
// thousand times over.
std::string temporary_folder() {
  const std::string in_memory = "/dev/shm";
  const auto folder = ::access(in_memory.c_str(), W_OK) == 0 ? in_memory + '/' : testing::TempDir();
  return folder + "godwit-anchors." + std::to_string(::getpid());
}

class Store : public testing::Test {
 protected:
  Store() : folder_(temporary_folder()) {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
  }
  ~Store() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string path() const { return folder_ + "/state"; }
  void put(std::string_view text) const { std::ofstream(path(), std::ios::binary) << text; }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  const std::string folder_;
};

TEST_F(Store, WhatIsWrittenIsReadAgain) {
  AnchorStore store(path());
  EXPECT_EQ(store.read().found, Found::nothing);
  ASSERT_EQ(store.write(state(1)), "");
  ASSERT_EQ(store.write(state(2, 3)), "");
  EXPECT_EQ(files(), 1u);
  const auto contents = AnchorStore(path()).read();
  EXPECT_EQ(contents.found, Found::good);
  EXPECT_EQ(contents.points, state(2, 3));
}

// A crash of the machine loses what has not been made durable: the file before its name, the name
// before anybody relies on it.
TEST_F(Store, E18_FileAndFolderAreMadeDurable) {
  AnchorStore store(path());
  made_durable.clear();
  ASSERT_EQ(store.write(state(1)), "");
  ASSERT_EQ(made_durable.size(), 2u);
  struct stat named {};
  ASSERT_EQ(::stat(path().c_str(), &named), 0);
  EXPECT_EQ(made_durable[0], named.st_ino);
  ASSERT_EQ(::stat(folder_.c_str(), &named), 0);
  EXPECT_EQ(made_durable[1], named.st_ino);
}

TEST_F(Store, IsNotForTheWorldToRead) {
  ASSERT_EQ(AnchorStore(path()).write(state(1)), "");
  struct stat status {};
  ASSERT_EQ(::stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07, 0u);
}

TEST_F(Store, E18_ADamagedFileIsRefusedAndPutAside) {
  const auto text = dnssec::write_trust_points(state(1));
  const auto half = text.substr(0, text.size() / 2);
  put(half);
  AnchorStore store(path());
  const auto contents = store.read();
  EXPECT_EQ(contents.found, Found::damaged);
  EXPECT_NE(contents.error, "");
  EXPECT_TRUE(contents.points.empty());
  ASSERT_EQ(store.write(state(2)), "");
  EXPECT_EQ(*conf::read_file(path() + ".damaged", 1 << 20), half);
  EXPECT_EQ(AnchorStore(path()).read().points, state(2));
}

TEST_F(Store, E18_AnEmptyFileIsDamaged) {
  put("");
  EXPECT_EQ(AnchorStore(path()).read().found, Found::damaged);
}

TEST_F(Store, AFileThatCannotBeReadIsNotWrittenOver) {
  fs::create_directories(path());  // as root, rights keep nobody out
  AnchorStore store(path());
  EXPECT_EQ(store.read().found, Found::unreadable);
  EXPECT_NE(store.write(state(1)), "");
  EXPECT_TRUE(fs::is_directory(path()));
  EXPECT_EQ(files(), 1u);
}

TEST_F(Store, WithoutAFolderTheReasonIsSaid) {
  AnchorStore store(folder_ + "/none/state");
  EXPECT_EQ(store.read().found, Found::nothing);
  EXPECT_EQ(store.write(state(1)),
            "cannot make " + folder_ + "/none/state.new: No such file or directory");
}

TEST_F(Store, TheRestOfACrashDoesNoHarm) {
  std::ofstream(path() + ".new") << std::string(100'000, 'x');
  AnchorStore store(path());
  ASSERT_EQ(store.write(state(1)), "");
  EXPECT_EQ(store.read().points, state(1));
  EXPECT_EQ(files(), 1u);
}

TEST_F(Store, ALinkInThePlaceOfTheNewFileIsNotFollowed) {
  std::ofstream(folder_ + "/other") << "precious";
  fs::create_symlink(folder_ + "/other", path() + ".new");
  EXPECT_NE(AnchorStore(path()).write(state(1)), "");
  EXPECT_EQ(*conf::read_file(folder_ + "/other", 100), "precious");
}

TEST(StateFile, IsInTheFolderOfTheService) {
  EXPECT_EQ(default_state_file(nullptr), "/var/lib/godwit/trust-anchors.state");
  EXPECT_EQ(default_state_file(""), "/var/lib/godwit/trust-anchors.state");
  EXPECT_EQ(default_state_file("/state"), "/state/trust-anchors.state");
  EXPECT_EQ(default_state_file("/state:/other"), "/state/trust-anchors.state");
}

// Has this process killed when it has worked for so many microseconds, or somewhat later: the
// system looks at the work done some hundred times a second.
void kill_after(std::int64_t microseconds) {
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGKILL;
  timer_t timer{};
  itimerspec when{};
  when.it_value.tv_sec = microseconds / 1'000'000;
  when.it_value.tv_nsec = microseconds % 1'000'000 * 1'000 + 1;
  if (::timer_create(CLOCK_PROCESS_CPUTIME_ID, &event, &timer) != 0 ||
      ::timer_settime(timer, 0, &when, nullptr) != 0)
    ::_exit(1);
}

// Writes one state after the other until it is killed, and tells which was the last whose writing
// was over.
[[noreturn]] void write_for_ever(const std::string& path, std::atomic<std::int64_t>& written,
                                 std::int64_t work_left) {
  AnchorStore store(path);
  (void)store.read();
  kill_after(work_left);
  for (auto n = written.load() + 1;; ++n) {
    if (!store.write(state(n, 1 + static_cast<std::size_t>(n % 5))).empty()) ::_exit(1);
    written.store(n);
  }
}

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr int kills = 100;  // a process takes some thirty times as long to begin
#else
constexpr int kills = 1'000;
#endif

TEST_F(Store, E18_KilledAThousandTimesItNeverLosesAState) {
  using Shared = std::atomic<std::int64_t>;
  void* const memory =
      ::mmap(nullptr, sizeof(Shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  ASSERT_NE(memory, MAP_FAILED);
  auto& written = *new (memory) Shared(0);
  constexpr std::int64_t work_max = 3'000;  // microseconds: that of many writes
  std::minstd_rand random(1);
  for (int i = 0; i < kills; ++i) {
    const auto work_left = static_cast<std::int64_t>(random()) % work_max;
    const auto child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) write_for_ever(path(), written, work_left);
    int status = 0;
    ASSERT_EQ(::waitpid(child, &status, 0), child);
    ASSERT_TRUE(WIFSIGNALED(status));
    const auto contents = AnchorStore(path()).read();
    ASSERT_EQ(contents.found, Found::good) << contents.error;
    ASSERT_EQ(contents.points.size(), 1u);
    const auto n = contents.points[0].looked;
    // The one that was being written may have come through.
    ASSERT_GE(n, written.load());
    ASSERT_LE(n, written.load() + 1);
    ASSERT_EQ(contents.points, state(n, 1 + static_cast<std::size_t>(n % 5)));
    written.store(n);
  }
  EXPECT_GT(written.load(), 100) << "never killed at its work";
  EXPECT_LE(files(), 2u);
  ::munmap(memory, sizeof(Shared));
}

}  // namespace
}  // namespace godwit::daemon
