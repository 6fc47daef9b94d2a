#include "wire/name_view.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"

namespace godwit::wire {
namespace {

using test::long_name;
using test::name_of;
using test::Packet;
using test::Random;
using test::short_labels;

WireError error_at(Bytes message, std::size_t offset) {
  return NameView::parse(message, offset).error();
}

TEST(NameView, reads_a_plain_name) {
  const Packet packet = Packet().name("www.Example.com").u8(7);
  const NameView view = NameView::parse(packet, 12).value();
  EXPECT_EQ(view.size(), 17u);
  EXPECT_EQ(view.label_count(), 3u);
  EXPECT_EQ(view.end_offset(), 29u);
  EXPECT_FALSE(view.is_compressed());
  EXPECT_TRUE(view.to_name().is_identical(name_of("www.Example.com")));
  EXPECT_EQ(view.to_name().label_count(), 3u);
}

TEST(NameView, reads_the_root) {
  const Packet packet = Packet().u8(0);
  const NameView view = NameView::parse(packet, 12).value();
  EXPECT_EQ(view.size(), 1u);
  EXPECT_EQ(view.label_count(), 0u);
  EXPECT_EQ(view.to_name(), Name());
  EXPECT_EQ(view, Name());
}

TEST(NameView, follows_pointers_and_ends_after_the_first) {
  Packet packet;
  packet.name("example.com");                           // 12
  packet.u8(3).bytes(bytes_of("www")).pointer(12);      // 25
  packet.u8(1).bytes(bytes_of("a")).pointer(25).u8(9);  // 31
  const NameView view = NameView::parse(packet, 31).value();
  EXPECT_EQ(view.to_name(), name_of("a.www.example.com"));
  EXPECT_EQ(view.end_offset(), 35u);
  EXPECT_EQ(view.size(), 19u);
  EXPECT_EQ(view.label_count(), 4u);
  EXPECT_TRUE(view.is_compressed());
}

TEST(NameView, a_pointer_to_the_root_is_compressed) {
  const Packet packet = Packet().u8(0).pointer(12);
  const NameView view = NameView::parse(packet, 13).value();
  EXPECT_TRUE(view.to_name().is_root());
  EXPECT_TRUE(view.is_compressed());
  EXPECT_EQ(view.end_offset(), 15u);
}

TEST(NameView, compares_with_names_across_pointers) {
  Packet packet;
  packet.name("Example.com").u8(3).bytes(bytes_of("www")).pointer(12);
  const NameView view = NameView::parse(packet, 25).value();
  EXPECT_TRUE(view == name_of("WWW.example.COM"));
  EXPECT_FALSE(view.is_identical(name_of("WWW.example.COM")));
  EXPECT_TRUE(view.is_identical(name_of("www.Example.com")));
  EXPECT_FALSE(view == name_of("www.example.con"));
  EXPECT_FALSE(view == name_of("wwx.example.com"));
  EXPECT_FALSE(view == name_of("example.com"));
  EXPECT_FALSE(view.is_identical(name_of("wwx.Example.com")));
}

TEST(NameView, name_with_labels_cut_elsewhere_is_another) {
  const Packet packet = Packet().u8(3).u8('a').u8(1).u8('b').u8(0);
  const NameView view = NameView::parse(packet, 12).value();
  EXPECT_FALSE(view == name_of("a.b"));
  EXPECT_TRUE(view == Name::from_wire(Octets{3, 'a', 1, 'b', 0}).value());
}

TEST(NameView, pointers_lead_strictly_backward) {
  EXPECT_EQ(error_at(Packet().pointer(12), 12), WireError::bad_pointer);            // itself
  EXPECT_EQ(error_at(Packet().pointer(14).name("a"), 12), WireError::bad_pointer);  // forward
  EXPECT_EQ(error_at(Packet().pointer(500), 12), WireError::bad_pointer);           // past the end
  EXPECT_EQ(error_at(Packet().u8(1).u8('a').pointer(12), 12),
            WireError::bad_pointer);  // its own labels
  EXPECT_EQ(error_at(Packet().u8(1).u8('a').pointer(13), 12), WireError::bad_pointer);
  // Two that lead to each other.
  EXPECT_EQ(error_at(Packet().pointer(14).pointer(12), 14), WireError::bad_pointer);
}

TEST(NameView, pointers_never_lead_into_the_header) {
  for (std::size_t target = 0; target < header_octets; ++target)
    EXPECT_EQ(error_at(Packet().u8(0).pointer(target), 13), WireError::bad_pointer) << target;
  EXPECT_TRUE(NameView::parse(Packet().u8(0).pointer(12), 13));
}

// Each pointer leads to the one before it, the first to the root label.
Packet chain_of(unsigned hops) {
  Packet packet;
  packet.u8(0);
  std::size_t last = 12;
  for (unsigned i = 0; i < hops; ++i) {
    const std::size_t here = packet.size();
    packet.pointer(last);
    last = here;
  }
  return packet;
}

TEST(NameView, follows_64_pointers_and_not_65) {
  for (const unsigned hops : {1u, 63u, 64u}) {
    const Packet packet = chain_of(hops);
    EXPECT_TRUE(NameView::parse(packet, packet.size() - 2).value().to_name().is_root()) << hops;
  }
  for (const unsigned hops : {65u, 127u, 5000u}) {
    const Packet packet = chain_of(hops);
    EXPECT_EQ(error_at(packet, packet.size() - 2), WireError::too_many_pointers) << hops;
  }
}

TEST(NameView, label_may_have_63_octets_and_not_64) {
  EXPECT_TRUE(NameView::parse(Packet().u8(63).bytes(Octets(63, 'a')).u8(0), 12));
  EXPECT_EQ(error_at(Packet().u8(64).bytes(Octets(64, 'a')).u8(0), 12), WireError::bad_label);
}

TEST(NameView, other_label_types_are_errors) {
  for (const unsigned octet : {0x40u, 0x41u, 0x7fu, 0x80u, 0xbfu})
    EXPECT_EQ(error_at(Packet().u8(octet).bytes(Octets(300, 0)), 12), WireError::bad_label)
        << octet;
}

TEST(NameView, may_have_255_octets_and_not_256) {
  EXPECT_EQ(NameView::parse(Packet().bytes(long_name(255)), 12).value().size(), 255u);
  EXPECT_EQ(error_at(Packet().bytes(long_name(256)), 12), WireError::name_too_long);
}

TEST(NameView, may_have_255_octets_and_not_256_through_a_pointer) {
  for (const std::size_t tail : {3u, 100u, 200u, 251u}) {
    Packet packet;
    packet.bytes(long_name(tail));
    const std::size_t start = packet.size();
    Octets head = long_name(256 - tail);
    head.pop_back();
    packet.bytes(head).pointer(12);
    const NameView view = NameView::parse(packet, start).value();
    EXPECT_EQ(view.size(), 255u);
    EXPECT_EQ(view.to_name().size(), 255u);

    Packet longer;
    longer.bytes(long_name(tail + 1));
    const std::size_t longer_start = longer.size();
    longer.bytes(head).pointer(12);
    EXPECT_EQ(error_at(longer, longer_start), WireError::name_too_long) << tail;
  }
}

TEST(NameView, may_have_127_labels_and_not_128) {
  EXPECT_EQ(NameView::parse(Packet().bytes(short_labels(127)), 12).value().label_count(), 127u);
  EXPECT_EQ(error_at(Packet().bytes(short_labels(128)), 12), WireError::name_too_long);
  Packet packet;
  packet.bytes(short_labels(126)).u8(1).u8('b').pointer(12).u8(1).u8('c').pointer(265);
  EXPECT_EQ(NameView::parse(packet, 265).value().label_count(), 127u);
  EXPECT_EQ(error_at(packet, 269), WireError::name_too_long);
}

TEST(NameView, ends_within_the_message) {
  const Packet whole = Packet().name("www.example.com");
  const Bytes octets = whole;
  for (std::size_t size = 12; size < octets.size(); ++size)
    EXPECT_EQ(error_at(octets.first(size), 12), WireError::short_input) << size;
  EXPECT_EQ(error_at(octets, octets.size()), WireError::short_input);
  EXPECT_EQ(error_at(octets, 1u << 20), WireError::short_input);
  EXPECT_EQ(error_at({}, 0), WireError::short_input);
  EXPECT_EQ(error_at(Packet().u8(0).u8(0xc0), 13), WireError::short_input);  // half a pointer
}

TEST(NameView, looks_at_no_more_than_65535_octets) {
  Packet packet;
  packet.octets().resize(65533);
  packet.name("a").name("bc");  // 65533 to 65535, and beyond
  EXPECT_EQ(error_at(packet, 65533), WireError::short_input);
  packet.octets()[65533] = 0;
  EXPECT_EQ(NameView::parse(packet, 65533).value().end_offset(), 65534u);
  EXPECT_EQ(error_at(packet, 65536), WireError::short_input);
}

// Whatever the octets: a name that is accepted copies into exactly size() octets, and reads back.
TEST(NameView, accepts_nothing_that_it_cannot_copy) {
  Random random(20240601);
  unsigned accepted = 0;
  for (int round = 0; round < 200000; ++round) {
    Packet packet;
    const unsigned size = random.below(60);
    for (unsigned i = 0; i < size; ++i) {
      const auto kind = random.below(8);
      packet.u8(kind == 0 ? 0xc0u : kind < 4 ? random.below(4) : random.below(64));
    }
    const auto view = NameView::parse(packet, 12 + random.below(60));
    if (!view) continue;
    ++accepted;
    const Name name = view->to_name();
    ASSERT_EQ(Name::from_wire(name.wire()).value(), name);
    ASSERT_EQ(Name::from_wire(name.wire()).value().label_count(), view->label_count());
    ASSERT_TRUE(*view == name.to_lower());
    ASSERT_TRUE(view->is_identical(name));
    ASSERT_LE(view->end_offset(), packet.size());
  }
  EXPECT_GT(accepted, 10000u);
}

}  // namespace
}  // namespace godwit::wire
