#include "wire/name_compressor.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"

namespace godwit::wire {
namespace {

using test::long_name;
using test::name_octets;
using test::name_of;
using test::operator+;

struct Bench {
  Octets buffer = Octets(65535);
  ByteWriter writer{buffer, header_octets};
  NameCompressor compressor;

  // Writes a name; how many octets it took.
  std::size_t write(const Octets& name) {
    const std::size_t start = writer.position();
    compressor.write(writer, name);
    const auto view = NameView::parse(writer.written(), start);
    EXPECT_TRUE(view && view->is_identical(Name::from_wire(name).value()));
    return writer.position() - start;
  }
  std::size_t write(std::string_view text) { return write(name_octets(text)); }
};

TEST(NameCompressor, points_at_the_longest_suffix_written_before) {
  Bench bench;
  EXPECT_EQ(bench.write("www.example.com"), 17u);
  EXPECT_EQ(bench.write("www.example.com"), 2u);
  EXPECT_EQ(bench.write("mail.example.com"), 5u + 2);
  EXPECT_EQ(bench.write("a.mail.example.com"), 2u + 2);
  EXPECT_EQ(bench.write("org.com"), 4u + 2);
  EXPECT_EQ(bench.write("example.org"), 13u);
  EXPECT_EQ(bench.write("com"), 2u);
}

TEST(NameCompressor, writes_the_root_as_it_is) {
  Bench bench;
  EXPECT_EQ(bench.write(""), 1u);
  EXPECT_EQ(bench.write(""), 1u);
  EXPECT_EQ(bench.compressor.lookups(), 0u);
}

TEST(NameCompressor, is_exact_in_case) {
  Bench bench;
  EXPECT_EQ(bench.write("www.example.com"), 17u);
  EXPECT_EQ(bench.write("www.Example.com"), 4u + 8 + 2);
  EXPECT_EQ(bench.write("www.Example.com"), 2u);
}

TEST(NameCompressor, counts_hits_and_misses_up_to_its_limit) {
  Bench misses;
  for (unsigned i = 0; i < 300; ++i) {
    misses.write(std::to_string(i) + "x");  // one label, never seen
    EXPECT_EQ(misses.compressor.lookups(), std::min(i + 1, NameCompressor::lookups_max));
  }
  EXPECT_EQ(misses.write("0x"), 4u);  // known, but no longer looked for

  Bench hits;
  hits.write("com");
  for (unsigned i = 1; i < NameCompressor::lookups_max; ++i) EXPECT_EQ(hits.write("com"), 2u) << i;
  EXPECT_EQ(hits.compressor.lookups(), NameCompressor::lookups_max);
  EXPECT_EQ(hits.write("com"), 5u);
}

TEST(NameCompressor, limit_met_in_the_middle_of_a_name_writes_it_whole) {
  Bench bench;
  bench.write("com");
  for (unsigned i = 1; i < NameCompressor::lookups_max - 1; ++i) bench.write("com");
  EXPECT_EQ(bench.compressor.lookups(), NameCompressor::lookups_max - 1);
  EXPECT_EQ(bench.write("a.com"), 7u);
  EXPECT_EQ(bench.write("com"), 5u);
}

TEST(NameCompressor, reset_forgets_names_and_lookups) {
  Bench bench;
  bench.write("www.example.com");
  bench.compressor.reset();
  EXPECT_EQ(bench.compressor.lookups(), 0u);
  EXPECT_EQ(bench.write("www.example.com"), 17u);
}

TEST(NameCompressor, forgets_from_a_position_on) {
  Bench bench;
  bench.write("example.com");
  const std::size_t position = bench.writer.position();
  bench.write("example.net");
  bench.compressor.forget_from(position);
  bench.writer.rewind(position);
  EXPECT_EQ(bench.write("example.net"), 13u);
  EXPECT_EQ(bench.write("example.com"), 2u);
}

TEST(NameCompressor, points_no_further_than_14_bits_reach) {
  Bench bench;
  const Octets filler(0x4000 - 4 - header_octets);
  bench.writer.bytes(filler);
  EXPECT_EQ(bench.writer.position(), 0x3ffcu);
  bench.write("a.b.c");  // a at 0x3ffc, b at 0x3ffe, c at 0x4000
  EXPECT_EQ(bench.write("a.b.c"), 2u);
  EXPECT_EQ(bench.write("b.c"), 2u);
  EXPECT_EQ(bench.write("c"), 3u);
}

TEST(NameCompressor, last_offset_that_14_bits_reach_is_used) {
  Bench bench;
  bench.writer.bytes(Octets(0x3fff - header_octets));
  bench.write("a");
  EXPECT_EQ(bench.write("a"), 2u);
}

TEST(NameCompressor, writes_no_long_chains) {
  // Each name extends the last, and would point at it.
  Bench bench;
  Octets name = name_octets("com");
  for (int i = 0; i < 100; ++i) {
    name = Octets{1, 'x'} + name;
    const std::size_t start = bench.writer.position();
    bench.write(name);
    unsigned hops = 0;
    std::size_t at = start;
    while (bench.buffer[at] != 0) {
      if (bench.buffer[at] >= 0xc0) {
        ++hops;
        at = load_u16(bench.buffer.data() + at) & 0x3fffu;
      } else {
        at += 1u + bench.buffer[at];
      }
    }
    EXPECT_LE(hops, NameCompressor::hops_max) << i;
  }
}

TEST(NameCompressor, compresses_names_of_every_length) {
  Bench bench;
  for (std::size_t size = 250; size <= 255; ++size) bench.write(long_name(size));
  bench.write(test::short_labels(127));
  EXPECT_EQ(bench.write(test::short_labels(127)), 2u);
}

TEST(NameCompressor, remembers_nothing_that_did_not_fit) {
  Octets buffer(20);
  ByteWriter writer(buffer, header_octets);
  NameCompressor compressor;
  compressor.write(writer, name_octets("www.example.com"));
  EXPECT_FALSE(writer.ok());
  writer.rewind(header_octets);
  compressor.write(writer, name_octets("com"));
  EXPECT_EQ(writer.position(), header_octets + 5);
}

TEST(NameCompressor, holds_an_ordinary_response_of_names) {
  Bench bench;
  bench.write("www.example.com");
  for (unsigned i = 0; i < 60; ++i) bench.write("ns" + std::to_string(i) + ".example.com");
  unsigned found = 0;
  for (unsigned i = 0; i < 60; ++i)
    found += bench.write("ns" + std::to_string(i) + ".example.com") == 2;
  EXPECT_GE(found, 55u);  // slots collide now and then; that costs octets, nothing else
}

}  // namespace
}  // namespace godwit::wire
