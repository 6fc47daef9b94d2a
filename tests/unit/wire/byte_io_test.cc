#include "wire/byte_io.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>

namespace godwit::wire {
namespace {

TEST(ByteReader, reads_big_endian) {
  const std::array<std::uint8_t, 7> data = {1, 2, 3, 4, 5, 6, 7};
  ByteReader reader(data);
  EXPECT_EQ(reader.u8(), 0x01u);
  EXPECT_EQ(reader.u16(), 0x0203u);
  EXPECT_EQ(reader.u32(), 0x04050607u);
  EXPECT_TRUE(reader.ok());
  EXPECT_TRUE(reader.at_end());
}

TEST(ByteReader, gives_zeros_after_the_first_item_that_does_not_fit) {
  const std::array<std::uint8_t, 3> data = {1, 2, 3};
  ByteReader reader(data);
  EXPECT_EQ(reader.u32(), 0u);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0u);
  EXPECT_TRUE(reader.bytes(1).empty());
  EXPECT_EQ(reader.remaining(), 0u);
  EXPECT_EQ(reader.position(), 0u);
}

TEST(ByteReader, may_not_begin_beyond_the_end) {
  const std::array<std::uint8_t, 3> data = {1, 2, 3};
  EXPECT_TRUE(ByteReader(data, 3).ok());
  ByteReader reader(data, 4);
  EXPECT_FALSE(reader.ok());
  EXPECT_EQ(reader.u8(), 0u);
  EXPECT_TRUE(reader.rest().empty());
}

TEST(ByteWriter, writes_big_endian_and_stops_at_the_end) {
  std::array<std::uint8_t, 8> buffer{};
  ByteWriter writer(buffer);
  writer.u8(1);
  writer.u16(0x0203);
  writer.u32(0x04050607);
  EXPECT_EQ(writer.remaining(), 1u);
  writer.u16(0xffff);
  EXPECT_FALSE(writer.ok());
  EXPECT_EQ(writer.remaining(), 0u);
  writer.u8(9);
  EXPECT_EQ(writer.position(), 7u);
  EXPECT_TRUE(std::ranges::equal(buffer, std::array<std::uint8_t, 8>{1, 2, 3, 4, 5, 6, 7, 0}));
}

TEST(ByteWriter, rewinds_and_writes_again) {
  std::array<std::uint8_t, 4> buffer{};
  ByteWriter writer(buffer);
  writer.u16(1);
  writer.u32(2);
  writer.rewind(2);
  EXPECT_TRUE(writer.ok());
  writer.u16(3);
  EXPECT_TRUE(std::ranges::equal(writer.written(), std::array<std::uint8_t, 4>{0, 1, 0, 3}));
}

TEST(ByteWriter, limit_never_cuts_what_is_written) {
  std::array<std::uint8_t, 8> buffer{};
  ByteWriter writer(buffer);
  writer.u32(1);
  writer.limit(2);
  EXPECT_EQ(writer.written().size(), 4u);
  EXPECT_EQ(writer.remaining(), 0u);
  writer.u8(1);
  EXPECT_FALSE(writer.ok());
  writer.rewind(4);
  writer.limit(100);
  EXPECT_EQ(writer.remaining(), 0u);
}

TEST(ByteWriter, may_not_begin_beyond_the_end) {
  std::array<std::uint8_t, 2> buffer{};
  ByteWriter writer(buffer, 3);
  EXPECT_FALSE(writer.ok());
  writer.u8(1);
  EXPECT_EQ(writer.written().size(), 2u);
}

TEST(ByteWriter, patches_only_what_is_written) {
  std::array<std::uint8_t, 4> buffer{};
  ByteWriter writer(buffer);
  writer.zeros(3);
  writer.patch_u16(1, 0x0102);
  writer.patch_u16(2, 0x0506);
  EXPECT_TRUE(std::ranges::equal(buffer, std::array<std::uint8_t, 4>{0, 1, 2, 0}));
}

}  // namespace
}  // namespace godwit::wire
