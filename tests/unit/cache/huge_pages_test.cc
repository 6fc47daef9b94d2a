// What the system is told of a table's memory, read back from where it says what it was told.
#include "cache/huge_pages.h"

#include <gtest/gtest.h>
#include <sys/mman.h>

#include <fstream>
#include <sstream>

namespace godwit::cache {
namespace {

constexpr std::size_t blocks = 3;
constexpr std::size_t pages_per_block = HugePages::block_octets / HugePages::page_octets;

// The flags of the mapping that `at` lies in, as /proc/self/smaps has them: "hg" may be huge, "nh"
// may not.
std::string flags_of(const std::byte* at) {
  std::ifstream maps("/proc/self/smaps");
  bool is_here = false;
  for (std::string line; std::getline(maps, line);) {
    std::uintptr_t first = 0, end = 0;
    if (std::sscanf(line.c_str(), "%lx-%lx ", &first, &end) == 2)
      is_here = first <= reinterpret_cast<std::uintptr_t>(at) &&
                reinterpret_cast<std::uintptr_t>(at) < end;
    else if (is_here && line.starts_with("VmFlags:"))
      return line + ' ';
  }
  return {};
}

bool may_be_huge(const std::byte* at) {
  return flags_of(at).find(" hg ") != std::string::npos;
}

class HugePagesTest : public testing::Test {
 protected:
  HugePagesTest() {
    std::size_t room = (blocks + 1) * HugePages::block_octets;
    void* at = mapped_ = ::mmap(nullptr, room, PROT_READ | PROT_WRITE,
                                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    memory_ = static_cast<std::byte*>(
        std::align(HugePages::block_octets, blocks * HugePages::block_octets, at, room));
  }
  ~HugePagesTest() override { ::munmap(mapped_, (blocks + 1) * HugePages::block_octets); }
  [[nodiscard]] std::byte* page(std::size_t block, std::size_t number) const {
    return memory_ + block * HugePages::block_octets + number * HugePages::page_octets;
  }

  void* mapped_;
  std::byte* memory_;
};

TEST_F(HugePagesTest, a_block_may_be_huge_when_all_its_pages_are_taken_and_not_before) {
  HugePages huge(memory_, blocks * HugePages::block_octets);
  if (flags_of(memory_).find(" nh ") == std::string::npos) GTEST_SKIP() << "no huge pages here";
  for (std::size_t number = 1; number < pages_per_block; ++number) huge.taken(page(1, number));
  EXPECT_FALSE(may_be_huge(page(1, 0)));
  huge.taken(page(1, 0));
  EXPECT_TRUE(may_be_huge(page(1, 0)));
  EXPECT_TRUE(may_be_huge(page(1, pages_per_block - 1)));
  EXPECT_FALSE(may_be_huge(page(0, 0)));
  EXPECT_FALSE(may_be_huge(page(2, 0)));
}

TEST_F(HugePagesTest, what_is_behind_the_last_whole_block_stays_as_it_is) {
  HugePages huge(memory_, HugePages::block_octets + 7 * HugePages::page_octets);
  for (std::size_t number = 0; number < pages_per_block; ++number) huge.taken(page(1, number));
  EXPECT_FALSE(may_be_huge(page(1, 0)));
}

}  // namespace
}  // namespace godwit::cache
