#include "wire/name_text.h"

#include "wire/text_escape.h"

namespace godwit::wire {
namespace {

// The characters that mean something in master files (RFC 1035 §5.1), and the escape itself.
constexpr std::string_view special_in_names = "\"().;\\@$";

// Gathers labels in wire form: a length octet is kept open until its label ends.
class NameWriter {
 public:
  std::optional<WireError> add(std::uint8_t octet) noexcept {
    if (label_octets() == label_octets_max) return WireError::bad_label;
    // The root label's octet has to fit as well.
    if (size_ + 1 >= name_octets_max) return WireError::name_too_long;
    octets_[size_++] = octet;
    return std::nullopt;
  }
  std::optional<WireError> end_label() noexcept {
    if (label_octets() == 0) return WireError::bad_label;
    octets_[label_start_] = static_cast<std::uint8_t>(label_octets());
    label_start_ = size_;
    ++size_;
    return std::nullopt;
  }
  [[nodiscard]] bool in_label() const noexcept { return label_octets() != 0; }

  // Ends the name with `suffix`, the wire form of a name.
  Result<Name> finish(Bytes suffix) noexcept {
    if (label_start_ + suffix.size() > name_octets_max) return WireError::name_too_long;
    std::memcpy(octets_.data() + label_start_, suffix.data(), suffix.size());
    return Name::from_wire({octets_.data(), label_start_ + suffix.size()});
  }

 private:
  [[nodiscard]] std::size_t label_octets() const noexcept { return size_ - label_start_ - 1; }
  std::array<std::uint8_t, name_octets_max> octets_;
  std::size_t label_start_ = 0;
  std::size_t size_ = 1;
};

// Blanks and control characters have to be escaped, so that a name is one word.
bool may_stand_bare(std::uint8_t octet) noexcept {
  return octet > ' ' && octet != 0x7f;
}

}  // namespace

Result<Name> parse_name(std::string_view text, const Name& origin) noexcept {
  if (text.empty()) return WireError::bad_text;
  if (text == ".") return Name();
  if (text == "@") return origin;
  NameWriter writer;
  while (!text.empty()) {
    const auto octet = take_text_octet(text);
    if (!octet) return WireError::bad_text;
    if (!octet->escaped && !may_stand_bare(octet->value)) return WireError::bad_text;
    const bool is_dot = octet->value == '.' && !octet->escaped;
    if (const auto error = is_dot ? writer.end_label() : writer.add(octet->value)) return *error;
  }
  if (!writer.in_label()) return writer.finish(Name().wire());
  if (const auto error = writer.end_label()) return *error;
  return writer.finish(origin.wire());
}

Result<Name> parse_name(std::string_view text) noexcept {
  // An origin has no say here, "@" is a label like any other.
  if (text == "@") return Name().with_label(Bytes{reinterpret_cast<const std::uint8_t*>("@"), 1});
  return parse_name(text, Name());
}

std::string to_text(const Name& name) {
  if (name.is_root()) return ".";
  std::string text;
  text.reserve(name.size() + 1);
  for (unsigned i = 0; i < name.label_count(); ++i) {
    for (const std::uint8_t octet : name.label(i)) append_escaped(text, octet, special_in_names);
    text += '.';
  }
  return text;
}

}  // namespace godwit::wire
