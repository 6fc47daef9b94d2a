// Big-endian reads and writes with bounds: the only code that touches packet bytes by computed
// offset. Not a stream library: a reader is a span and a position, and stays put when an item does
// not fit.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

namespace godwit::wire {

using Bytes = std::span<const std::uint8_t>;
using MutableBytes = std::span<std::uint8_t>;

// Unchecked loads and stores; the caller has checked the bounds.
[[nodiscard]] inline std::uint16_t load_u16(const std::uint8_t* p) noexcept {
  return static_cast<std::uint16_t>(p[0] << 8 | p[1]);
}
[[nodiscard]] inline std::uint32_t load_u32(const std::uint8_t* p) noexcept {
  return std::uint32_t{p[0]} << 24 | std::uint32_t{p[1]} << 16 | std::uint32_t{p[2]} << 8 | p[3];
}
inline void store_u16(std::uint8_t* p, std::uint16_t v) noexcept {
  p[0] = static_cast<std::uint8_t>(v >> 8);
  p[1] = static_cast<std::uint8_t>(v);
}
inline void store_u32(std::uint8_t* p, std::uint32_t v) noexcept {
  store_u16(p, static_cast<std::uint16_t>(v >> 16));
  store_u16(p + 2, static_cast<std::uint16_t>(v));
}

// Reads from a span; after the first item that does not fit, ok() is false and everything reads as
// zero or empty.
class ByteReader {
 public:
  explicit ByteReader(Bytes data, std::size_t position = 0) noexcept
      : data_(data), position_(position), ok_(position <= data.size()) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] std::size_t remaining() const noexcept {
    return ok_ ? data_.size() - position_ : 0;
  }
  [[nodiscard]] bool at_end() const noexcept { return remaining() == 0; }

  std::uint8_t u8() noexcept { return take(1) ? data_[position_ - 1] : std::uint8_t{0}; }
  std::uint16_t u16() noexcept {
    return take(2) ? load_u16(data_.data() + position_ - 2) : std::uint16_t{0};
  }
  std::uint32_t u32() noexcept {
    return take(4) ? load_u32(data_.data() + position_ - 4) : std::uint32_t{0};
  }
  Bytes bytes(std::size_t count) noexcept {
    return take(count) ? data_.subspan(position_ - count, count) : Bytes{};
  }
  Bytes rest() noexcept { return bytes(remaining()); }

 private:
  bool take(std::size_t count) noexcept {
    if (!ok_ || data_.size() - position_ < count) return ok_ = false;
    position_ += count;
    return true;
  }
  Bytes data_;
  std::size_t position_;
  bool ok_;
};

// Writes into the caller's buffer; after the first item that does not fit, ok() is false and
// nothing more is written.
class ByteWriter {
 public:
  explicit ByteWriter(MutableBytes buffer, std::size_t position = 0) noexcept
      : buffer_(buffer),
        position_(position <= buffer.size() ? position : buffer.size()),
        ok_(position <= buffer.size()) {}

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  [[nodiscard]] std::size_t position() const noexcept { return position_; }
  [[nodiscard]] Bytes written() const noexcept { return buffer_.first(position_); }

  [[nodiscard]] std::size_t remaining() const noexcept {
    return ok_ ? buffer_.size() - position_ : 0;
  }

  // Back to an earlier position, as after a record that did not fit; clears the error.
  void rewind(std::size_t position) noexcept {
    position_ = position;
    ok_ = true;
  }
  // The writer may use no more than `limit` octets from now on; what is written stays.
  void limit(std::size_t limit) noexcept {
    if (limit < position_) limit = position_;
    if (limit < buffer_.size()) buffer_ = buffer_.first(limit);
  }

  void u8(std::uint8_t v) noexcept {
    if (take(1)) buffer_[position_ - 1] = v;
  }
  void u16(std::uint16_t v) noexcept {
    if (take(2)) store_u16(buffer_.data() + position_ - 2, v);
  }
  void u32(std::uint32_t v) noexcept {
    if (take(4)) store_u32(buffer_.data() + position_ - 4, v);
  }
  void bytes(Bytes data) noexcept {
    if (!data.empty() && take(data.size()))
      std::memcpy(buffer_.data() + position_ - data.size(), data.data(), data.size());
  }
  void zeros(std::size_t count) noexcept {
    if (take(count)) std::memset(buffer_.data() + position_ - count, 0, count);
  }
  // Overwrites two octets written before, as a length that is known only afterwards.
  void patch_u16(std::size_t position, std::uint16_t v) noexcept {
    if (position + 2 <= position_) store_u16(buffer_.data() + position, v);
  }

 private:
  bool take(std::size_t count) noexcept {
    if (!ok_ || buffer_.size() - position_ < count) return ok_ = false;
    position_ += count;
    return true;
  }
  MutableBytes buffer_;
  std::size_t position_;
  bool ok_;
};

}  // namespace godwit::wire
