// Trees of files as machines and containers have them.
#include "daemon/memory_limit.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace godwit::daemon {
namespace {

constexpr std::uint64_t mib = 1ULL << 20;
constexpr std::uint64_t gib = 1ULL << 30;

class Machine : public testing::Test {
 protected:
  Machine() : root_(testing::TempDir() + "godwit-memory") { std::filesystem::remove_all(root_); }
  ~Machine() override { std::filesystem::remove_all(root_); }

  void file(const std::string& path, std::string_view text) {
    const std::filesystem::path whole = root_ + path;
    std::filesystem::create_directories(whole.parent_path());
    std::ofstream(whole) << text;
  }
  [[nodiscard]] MemoryLimit limit(std::uint64_t machine = 8 * gib) const {
    return memory_limit(root_, machine);
  }

 private:
  std::string root_;
};

TEST_F(Machine, without_groups_has_what_it_has) {
  EXPECT_EQ(limit().octets, 8 * gib);
  EXPECT_EQ(limit().set_by, "");
}

TEST_F(Machine, the_groups_own_limit_counts) {
  file("/proc/self/cgroup", "0::/system.slice/godwit.service\n");
  file("/sys/fs/cgroup/system.slice/godwit.service/memory.max", "536870912\n");
  EXPECT_EQ(limit().octets, 512 * mib);
  EXPECT_EQ(limit().set_by, "/sys/fs/cgroup/system.slice/godwit.service/memory.max");
}

TEST_F(Machine, so_does_where_it_is_slowed_down) {
  file("/proc/self/cgroup", "0::/system.slice/godwit.service\n");
  file("/sys/fs/cgroup/system.slice/godwit.service/memory.max", "536870912\n");
  file("/sys/fs/cgroup/system.slice/godwit.service/memory.high", "268435456\n");
  EXPECT_EQ(limit().octets, 256 * mib);
  EXPECT_EQ(limit().set_by, "/sys/fs/cgroup/system.slice/godwit.service/memory.high");
}

TEST_F(Machine, the_least_on_the_way_up_counts) {
  file("/proc/self/cgroup", "0::/a/b/c\n");
  file("/sys/fs/cgroup/a/b/c/memory.max", "max\n");
  file("/sys/fs/cgroup/a/b/c/memory.high", "max\n");
  file("/sys/fs/cgroup/a/b/memory.max", "2147483648\n");
  file("/sys/fs/cgroup/a/memory.max", "1073741824\n");
  EXPECT_EQ(limit().octets, gib);
  EXPECT_EQ(limit().set_by, "/sys/fs/cgroup/a/memory.max");
}

TEST_F(Machine, a_limit_above_what_there_is_is_none) {
  file("/proc/self/cgroup", "0::/a\n");
  file("/sys/fs/cgroup/a/memory.max", "1073741824\n");
  EXPECT_EQ(limit(gib).set_by, "");
  EXPECT_EQ(limit(gib - 1).octets, gib - 1);
  EXPECT_EQ(limit(gib + 1).octets, gib);
}

// With a name space of its own, a container is at the top of what it sees.
TEST_F(Machine, of_a_container_the_top_counts) {
  file("/sys/fs/cgroup/memory.max", "134217728\n");
  for (const char* group : {"0::/\n", "0::/docker/0123\n", "0::/../../elsewhere\n", "0::/.."}) {
    file("/proc/self/cgroup", group);
    EXPECT_EQ(limit().octets, 128 * mib) << group;
    EXPECT_EQ(limit().set_by, "/sys/fs/cgroup/memory.max");
  }
}

TEST_F(Machine, version_1_is_read_among_its_controllers) {
  file("/proc/self/cgroup",
       "12:cpu,cpuacct:/x\n11:hugetlb,memory:/lxc/one\n1:name=systemd:/init.scope\n0::/x\n");
  file("/sys/fs/cgroup/memory/lxc/one/memory.limit_in_bytes", "9223372036854771712\n");
  file("/sys/fs/cgroup/memory/lxc/memory.limit_in_bytes", "268435456\n");
  file("/sys/fs/cgroup/memory/x/memory.limit_in_bytes", "1\n");
  EXPECT_EQ(limit().octets, 256 * mib);
  EXPECT_EQ(limit().set_by, "/sys/fs/cgroup/memory/lxc/memory.limit_in_bytes");
}

TEST_F(Machine, what_makes_no_sense_is_no_limit) {
  for (const char* group : {"", "\n", "0", "0:", "0:x", "::", "memory:/a\n", "0:memories:/a\n"}) {
    file("/proc/self/cgroup", group);
    EXPECT_EQ(limit().octets, 8 * gib) << group;
  }
  file("/proc/self/cgroup", "0::/a\n0::a\n0::\n");
  for (const char* text : {"", "\n", "maximal", "-1", "12x", " 12", "99999999999999999999999"}) {
    file("/sys/fs/cgroup/a/memory.max", text);
    EXPECT_EQ(limit().octets, 8 * gib) << text;
  }
}

TEST(DefaultCache, is_a_quarter_of_the_memory) {
  EXPECT_EQ(default_cache_octets(gib), 256 * mib);
  EXPECT_EQ(default_cache_octets(128 * mib), 32 * mib);
  EXPECT_EQ(default_cache_octets(4 * gib - 4), 1023 * mib);
}

TEST(DefaultCache, is_one_gibibyte_at_most) {
  EXPECT_EQ(default_cache_octets(4 * gib), gib);
  EXPECT_EQ(default_cache_octets(4 * gib + 4 * mib), gib);
  EXPECT_EQ(default_cache_octets(1024 * gib), gib);
}

TEST(DefaultCache, leaves_room_for_all_else) {
  EXPECT_EQ(default_cache_octets(88 * mib), 22 * mib);
  EXPECT_EQ(default_cache_octets(80 * mib), 16 * mib);
  EXPECT_EQ(default_cache_octets(69 * mib), 5 * mib);
  for (std::uint64_t memory = 68 * mib; memory < 300 * mib; memory += mib / 2)
    ASSERT_LE(default_cache_octets(memory) + memory_beside_cache, memory);
}

TEST(DefaultCache, is_four_mebibytes_at_least) {
  for (const std::uint64_t memory : {0 * mib, 16 * mib, 64 * mib, 65 * mib, 68 * mib})
    EXPECT_EQ(default_cache_octets(memory), 4 * mib);
}

TEST(DefaultCache, says_why) {
  EXPECT_EQ(default_cache_reason({gib, ""}), "256MiB, a quarter of the 1024MiB of this machine");
  EXPECT_EQ(default_cache_reason({80 * mib, "/x"}),
            "16MiB, what 64MiB for all else leaves of the 80MiB that /x allows");
  EXPECT_EQ(default_cache_reason({8 * gib, ""}),
            "1024MiB, the most that is taken of the 8192MiB of this machine");
  EXPECT_EQ(default_cache_reason({32 * mib, "/x"}),
            "4MiB, the least there is, with the 32MiB that /x allows");
}

}  // namespace
}  // namespace godwit::daemon
