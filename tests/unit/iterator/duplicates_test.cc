#include "iterator/duplicates.h"

#include <gtest/gtest.h>

#include "iterator/budget.h"
#include "tests/support/message_text.h"
#include "tests/unit/wire/wire_support.h"

namespace godwit::iterator {
namespace {

using godwit::test::MessageText;

struct Read {
  explicit Read(std::vector<std::uint8_t> message) : octets(std::move(message)) {
    auto read = parse_response(octets);
    EXPECT_TRUE(read);
    if (read) parsed = std::move(*read);
  }
  std::vector<std::uint8_t> octets;
  ParsedResponse parsed;
};

TEST(Duplicates, the_first_of_each_stays_in_its_place) {
  const Read read(
      godwit::test::message({.flags = "qr aa",
                             .answer = {"b.example.com. A 192.0.2.1", "a.example.com. A 192.0.2.1",
                                        "B.example.com. A 192.0.2.1", "a.example.com. A 192.0.2.2",
                                        "a.example.com. A 192.0.2.1"}}));
  const ParsedResponse out = without_duplicates(read.parsed);
  ASSERT_EQ(out.records.size(), 3u);
  EXPECT_EQ(out.records[0].owner.to_name(), godwit::test::name("b.example.com."));
  EXPECT_EQ(out.records[1].owner.to_name(), godwit::test::name("a.example.com."));
  EXPECT_EQ(out.records[1].rdata[3], 1);
  EXPECT_EQ(out.records[2].rdata[3], 2);
}

TEST(Duplicates, another_section_or_type_is_another_record) {
  const Read read(godwit::test::message(
      {.flags = "qr aa",
       .answer = {"a.example.com. NS b.example.com.", "a.example.com. PTR b.example.com."},
       .authority = {"a.example.com. NS b.example.com."},
       .additional = {"a.example.com. NS b.example.com."}}));
  EXPECT_EQ(without_duplicates(read.parsed).records.size(), 4u);
}

TEST(Duplicates, the_lowest_ttl_counts) {
  const Read read(godwit::test::message(
      {.flags = "qr aa",
       .answer = {"a.example.com. 60 A 192.0.2.1", "a.example.com. 20 A 192.0.2.1",
                  "a.example.com. 40 A 192.0.2.1"}}));
  const ParsedResponse out = without_duplicates(read.parsed);
  ASSERT_EQ(out.records.size(), 1u);
  EXPECT_EQ(out.records[0].ttl, 20u);
}

TEST(Duplicates, nothing_stays_nothing) {
  const Read read(godwit::test::message({.flags = "qr aa"}));
  EXPECT_TRUE(without_duplicates(read.parsed).records.empty());
}

// As many records as are looked at, all with one owner of 255 octets behind a pointer.
TEST(Duplicates, the_longest_names_cost_little) {
  using namespace std::chrono_literals;
  const std::size_t count = Limits{}.records_received_per_response;
  const std::vector<std::uint8_t> rdata{192, 0, 2, 1};
  wire::test::Packet packet({0, static_cast<unsigned>(count)});
  packet.bytes(wire::test::short_labels(127)).record(wire::RrType::a, 1, rdata);
  for (std::size_t i = 1; i < count; ++i) packet.pointer(12).record(wire::RrType::a, 1, rdata);
  const auto parsed = parse_response(packet);
  ASSERT_TRUE(parsed);
  ASSERT_EQ(parsed->records.size(), count);
  EXPECT_EQ(without_duplicates(*parsed).records.size(), 1u);
  const auto time = wire::test::shortest_time([&] { (void)without_duplicates(*parsed); });
  EXPECT_LT(time, 3ms * wire::test::slowness) << time.count();
  RecordProperty("microseconds", static_cast<int>(time / 1us));
}

}  // namespace
}  // namespace godwit::iterator
