// Messages that others have collected, if they are at hand: none crashes the parser or keeps it
// busy. Looked for in the folder that GODWIT_SHARED names, or beside the source.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "tests/unit/wire/wire_support.h"
#include "wire/rdata.h"

namespace godwit::wire {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

fs::path archive() {
  const char* shared = std::getenv("GODWIT_SHARED");
  const fs::path folder = shared ? fs::path(shared) : fs::path(GODWIT_SOURCE_DIR) / "../shared";
  return folder / "corpus/messages.tar.xz";
}

// A folder of our own, gone at the end.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "godwit-corpus-XXXXXX").string();
    if (mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  [[nodiscard]] const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

Octets content_of(const fs::path& file) {
  std::ifstream in(file, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

// Everything that a message can be asked; how many records it has given.
std::size_t read_all(Bytes message) {
  const auto view = MessageView::parse(message);
  if (!view) return 0;
  (void)find_edns(*view);
  std::size_t count = 0;
  RecordReader records = view->records();
  while (records.next()) ++count;
  return count;
}

void unpack_all(Bytes message) {
  static Octets out(65535 * 2);
  const auto view = MessageView::parse(message);
  if (!view) return;
  RecordReader records = view->records();
  while (const auto record = records.next()) {
    EXPECT_LE(record->owner.to_name().size(), name_octets_max);
    const auto size =
        unpack_rdata(message, record->rdata_offset, record->rdata.size(), record->type, out);
    EXPECT_TRUE(!size || is_valid_rdata(record->type, Bytes(out).first(*size)));
  }
}

TEST(Corpus, no_message_crashes_the_parser_or_keeps_it_busy) {
  if (!fs::exists(archive())) GTEST_SKIP() << "no " << archive();
  const TemporaryFolder folder;
  ASSERT_FALSE(folder.path().empty());
  const std::string command =
      "tar -xJf '" + archive().string() + "' -C '" + folder.path().string() + "'";
  ASSERT_EQ(std::system(command.c_str()), 0);
  std::size_t messages = 0;
  std::size_t records = 0;
  std::chrono::nanoseconds longest{};
  for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
    if (!entry.is_regular_file()) continue;
    const Octets message = content_of(entry.path());
    ++messages;
    unpack_all(message);
    const auto time = test::shortest_time([&] { records += read_all(message); }, 3);
    longest = std::max(longest, time);
    EXPECT_LT(time, 1ms * test::slowness) << entry.path().filename();
  }
  EXPECT_GT(messages, 1000u);
  EXPECT_GT(records, messages);
  RecordProperty("messages", static_cast<int>(messages));
  RecordProperty("longest_microseconds", static_cast<int>(longest / 1us));
}

}  // namespace
}  // namespace godwit::wire
