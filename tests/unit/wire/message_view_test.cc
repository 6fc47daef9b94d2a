#include "wire/message_view.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"

namespace godwit::wire {
namespace {

using test::first_error;
using test::name_of;
using test::Packet;

const Octets address = {192, 0, 2, 1};

TEST(Header, is_read_bit_by_bit) {
  Octets octets(12);
  store_u16(octets.data(), 0xabcd);
  const auto read = [&](unsigned high, unsigned low) {
    octets[2] = static_cast<std::uint8_t>(high);
    octets[3] = static_cast<std::uint8_t>(low);
    return Header::parse(octets).value();
  };
  EXPECT_EQ(read(0, 0).id, 0xabcd);
  EXPECT_TRUE(read(0x80, 0).qr);
  EXPECT_EQ(read(0x28, 0).opcode, Opcode::update);
  EXPECT_EQ(static_cast<unsigned>(read(0x78, 0).opcode), 15u);
  EXPECT_TRUE(read(0x04, 0).aa);
  EXPECT_TRUE(read(0x02, 0).tc);
  EXPECT_TRUE(read(0x01, 0).rd);
  EXPECT_TRUE(read(0, 0x80).ra);
  EXPECT_TRUE(read(0, 0x40).z);
  EXPECT_TRUE(read(0, 0x20).ad);
  EXPECT_TRUE(read(0, 0x10).cd);
  EXPECT_EQ(read(0, 0x0f).rcode, 15);
  const Header all = read(0xff, 0xff);
  EXPECT_TRUE(all.qr && all.aa && all.tc && all.rd && all.ra && all.z && all.ad && all.cd);
  const Header none = read(0x78, 0x0f);
  EXPECT_FALSE(none.qr || none.aa || none.tc || none.rd || none.ra || none.z || none.ad || none.cd);
}

TEST(Header, counts_stand_in_order) {
  const Header header = Header::parse(Packet({1, 2, 3, 65535})).value();
  EXPECT_EQ(header.qdcount, 1);
  EXPECT_EQ(header.ancount, 2);
  EXPECT_EQ(header.nscount, 3);
  EXPECT_EQ(header.arcount, 65535);
}

TEST(Header, needs_12_octets) {
  const Octets octets(12);
  for (std::size_t size = 0; size < 12; ++size) {
    EXPECT_EQ(Header::parse(Bytes(octets).first(size)).error(), WireError::short_input);
    EXPECT_EQ(MessageView::parse(Bytes(octets).first(size)).error(), WireError::short_input);
  }
  EXPECT_TRUE(Header::parse(octets));
  EXPECT_TRUE(MessageView::parse(octets));
}

TEST(MessageView, may_be_without_a_question) {
  const Packet packet({0, 0, 0, 0});
  const auto view = MessageView::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->question());
  EXPECT_EQ(view->records_offset(), 12u);
  EXPECT_FALSE(first_error(packet));
}

TEST(MessageView, reads_one_question) {
  const Packet packet = Packet({1, 0, 0, 0}).question("www.Example.com", RrType::aaaa);
  const auto view = MessageView::parse(packet);
  ASSERT_TRUE(view);
  EXPECT_TRUE(view->question()->name.is_identical(name_of("www.Example.com")));
  EXPECT_EQ(view->question()->type, RrType::aaaa);
  EXPECT_EQ(view->question()->rr_class, RrClass::in);
  EXPECT_EQ(view->records_offset(), packet.size());
  EXPECT_FALSE(first_error(packet));
}

TEST(MessageView, refuses_two_questions) {
  const Packet packet = Packet({2, 0, 0, 0}).question("a").question("b");
  EXPECT_EQ(MessageView::parse(packet).error(), WireError::bad_count);
  EXPECT_EQ(MessageView::parse(Packet({65535, 0, 0, 0})).error(), WireError::bad_count);
}

TEST(MessageView, refuses_a_question_cut_short) {
  const Packet packet = Packet({1, 0, 0, 0}).question("www.example.com");
  const Bytes octets = packet;
  for (std::size_t size = 12; size < octets.size(); ++size)
    EXPECT_EQ(MessageView::parse(octets.first(size)).error(), WireError::short_input) << size;
}

TEST(MessageView, refuses_a_question_that_points) {
  EXPECT_EQ(MessageView::parse(Packet({1, 0, 0, 0}).pointer(12).u16(1).u16(1)).error(),
            WireError::bad_pointer);
  EXPECT_EQ(MessageView::parse(Packet({1, 0, 0, 0}).pointer(0).u16(1).u16(1)).error(),
            WireError::bad_pointer);
}

TEST(MessageView, may_have_65535_octets_and_not_65536) {
  Packet packet({0, 1, 0, 0});
  packet.u8(0).record(RrType::null, 0, Octets(65535 - 12 - 11));
  ASSERT_EQ(packet.size(), 65535u);
  EXPECT_FALSE(first_error(packet));
  packet.u8(0);
  EXPECT_EQ(MessageView::parse(packet).error(), WireError::trailing_data);
}

TEST(RecordReader, walks_the_sections_in_order) {
  Packet packet({1, 1, 1, 2});
  packet.question("example.com");
  packet.pointer(12).record(RrType::a, 300, address);
  packet.pointer(12).record(RrType::ns, 600, test::name_octets("ns.example.com"));
  packet.name("ns.example.com").record(RrType::a, 900, address);
  packet.opt({});
  const MessageView view = MessageView::parse(packet).value();
  RecordReader records = view.records();
  const auto answer = records.next();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->section, Section::answer);
  EXPECT_TRUE(answer->owner == name_of("example.com"));
  EXPECT_EQ(answer->type, RrType::a);
  EXPECT_EQ(answer->rr_class, RrClass::in);
  EXPECT_EQ(answer->ttl, 300u);
  EXPECT_TRUE(std::ranges::equal(answer->rdata, address));
  EXPECT_EQ(answer->rdata.data(), view.bytes().data() + answer->rdata_offset);
  EXPECT_EQ(records.next()->section, Section::authority);
  EXPECT_EQ(records.next()->section, Section::additional);
  EXPECT_EQ(records.next()->type, RrType::opt);
  EXPECT_FALSE(records.next());
  EXPECT_FALSE(records.next());
  EXPECT_FALSE(records.error());
}

TEST(RecordReader, owner_that_points_again_is_the_same_name_elsewhere) {
  Packet packet({1, 3, 0, 0});
  packet.question("a.example.com");
  for (const std::size_t target : {12u, 12u, 14u})
    packet.pointer(target).record(RrType::a, 1, address);
  const MessageView view = MessageView::parse(packet).value();
  RecordReader records = view.records();
  std::vector<RecordView> read;
  while (const RecordView* const record = records.next()) read.push_back(*record);
  ASSERT_EQ(read.size(), 3u);
  const RecordView &first = read[0], &second = read[1], &third = read[2];
  EXPECT_TRUE(first.owner == name_of("a.example.com"));
  EXPECT_TRUE(second.owner == name_of("a.example.com"));
  EXPECT_TRUE(third.owner == name_of("example.com"));
  EXPECT_EQ(first.owner.end_offset() + 16, second.owner.end_offset());
  EXPECT_EQ(second.owner.end_offset() + 16, third.owner.end_offset());
  EXPECT_TRUE(second.owner.is_compressed());
  EXPECT_FALSE(records.next());
  EXPECT_FALSE(records.error());
}

TEST(RecordReader, ttl_with_the_top_bit_is_zero) {
  for (const auto& [sent, read] :
       {std::pair{0x7fffffffu, 0x7fffffffu}, {0x80000000u, 0u}, {0xffffffffu, 0u}}) {
    const Packet packet = Packet({0, 1, 0, 0}).u8(0).record(RrType::a, sent, address);
    const MessageView view = MessageView::parse(packet).value();
    RecordReader records = view.records();
    EXPECT_EQ(records.next()->ttl, read);
  }
}

TEST(RecordReader, ttl_of_opt_is_left_alone) {
  const Packet packet = Packet({0, 0, 0, 1}).opt({}, 1232, 0xff008000);
  const MessageView view = MessageView::parse(packet).value();
  RecordReader records = view.records();
  EXPECT_EQ(records.next()->ttl, 0xff008000u);
}

TEST(RecordReader, ends_with_trailing_data) {
  for (const std::size_t extra : {1u, 2u, 60000u}) {
    Packet packet = Packet({1, 1, 0, 0}).question("a").pointer(12).record(RrType::a, 1, address);
    packet.bytes(Octets(extra));
    EXPECT_EQ(first_error(packet), WireError::trailing_data);
  }
  EXPECT_EQ(first_error(Packet({0, 0, 0, 0}).u8(0)), WireError::trailing_data);
}

TEST(RecordReader, does_not_believe_counts) {
  EXPECT_EQ(first_error(Packet({1, 65535, 65535, 65535}).question("a")), WireError::bad_count);
  const Packet packet = Packet({0, 2, 0, 0}).u8(0).record(RrType::a, 1, address);
  EXPECT_EQ(first_error(packet), WireError::bad_count);
  EXPECT_EQ(first_error(Packet({0, 65535, 0, 0}).bytes(Octets(20))), WireError::short_input);
}

TEST(RecordReader, refuses_a_record_cut_anywhere) {
  const Packet packet = Packet({0, 1, 0, 0}).name("www.example.com").record(RrType::a, 1, address);
  const Bytes octets = packet;
  EXPECT_FALSE(first_error(octets));
  EXPECT_EQ(first_error(octets.first(12)), WireError::bad_count);
  for (std::size_t size = 13; size < octets.size(); ++size)
    EXPECT_EQ(first_error(octets.first(size)), WireError::short_input) << size;
}

TEST(RecordReader, gives_nothing_after_the_first_error) {
  Packet packet({0, 3, 0, 0});
  packet.u8(0).record(RrType::a, 1, address);
  packet.u8(0x80).record(RrType::a, 1, address);
  packet.u8(0).record(RrType::a, 1, address);
  const MessageView view = MessageView::parse(packet).value();
  RecordReader records = view.records();
  EXPECT_TRUE(records.next());
  EXPECT_FALSE(records.next());
  EXPECT_EQ(records.error(), WireError::bad_label);
  EXPECT_FALSE(records.next());
  EXPECT_EQ(records.error(), WireError::bad_label);
}

TEST(RecordReader, rdata_may_be_empty_and_fill_the_message) {
  const Packet packet = Packet({0, 0, 1, 0}).u8(0).record(RrType::null, 1, {});
  const MessageView view = MessageView::parse(packet).value();
  RecordReader records = view.records();
  const auto record = records.next();
  ASSERT_TRUE(record);
  EXPECT_TRUE(record->rdata.empty());
  EXPECT_EQ(record->section, Section::authority);
  EXPECT_FALSE(records.next());
  EXPECT_FALSE(records.error());
}

// A message whose owners take `steps` labels and pointers: of two names in turn, so that none is
// the last again.
Packet with_owner_steps(std::size_t steps) {
  Packet packet({1, 0, 0, 0});
  packet.bytes(test::short_labels(119)).u16(1).u16(1);
  unsigned count = 0;
  const auto take = [&](std::size_t some) {
    packet.pointer(12 + 2 * (120 - some)).record(RrType::a, 1, address);
    steps -= some;
    ++count;
  };
  while (steps > 200) take(120 - count % 2);
  take(steps / 2 + 1);
  take(steps);
  store_u16(packet.octets().data() + 6, static_cast<std::uint16_t>(count));
  return packet;
}

TEST(RecordReader, owners_take_as_many_steps_as_allowed_and_not_one_more) {
  // The allowance grows with the message, and the message with what takes it up.
  std::size_t steps = owner_steps_max(0);
  while (steps + 1 <= owner_steps_max(with_owner_steps(steps + 1).size())) ++steps;
  EXPECT_FALSE(first_error(with_owner_steps(steps - 1)));
  EXPECT_FALSE(first_error(with_owner_steps(steps)));
  EXPECT_EQ(first_error(with_owner_steps(steps + 1)), WireError::too_many_pointers);
}

}  // namespace
}  // namespace godwit::wire
