#include "wire/name.h"

#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"

namespace godwit::wire {
namespace {

using test::long_name;
using test::name_octets;
using test::name_of;
using test::Random;
using test::short_labels;
using test::operator+;

TEST(EqualIgnoringCase, holds_for_every_octet_pair_as_ascii_says) {
  for (unsigned a = 0; a < 256; ++a) {
    for (unsigned b = 0; b < 256; ++b) {
      const bool expected =
          ascii_lower(static_cast<std::uint8_t>(a)) == ascii_lower(static_cast<std::uint8_t>(b));
      for (const std::size_t size : {1u, 5u, 8u, 19u}) {
        Octets x(size, 'q');
        Octets y(size, 'Q');
        x[size / 2] = static_cast<std::uint8_t>(a);
        y[size / 2] = static_cast<std::uint8_t>(b);
        ASSERT_EQ(equal_ignoring_case(x, y), expected) << a << ' ' << b << ' ' << size;
      }
    }
  }
}

TEST(EqualIgnoringCase, sees_a_difference_at_every_place_of_every_length) {
  for (std::size_t size = 1; size < 70; ++size) {
    const Octets x(size, 'a');
    for (std::size_t at = 0; at < size; ++at) {
      Octets y(size, 'A');
      EXPECT_TRUE(equal_ignoring_case(x, y));
      y[at] = 'b';
      EXPECT_FALSE(equal_ignoring_case(x, y)) << size << ' ' << at;
    }
  }
  EXPECT_TRUE(equal_ignoring_case({}, {}));
  EXPECT_FALSE(equal_ignoring_case(Octets(3), Octets(4)));
}

TEST(CopyLower, lowers_capitals_and_nothing_else_at_every_length) {
  Random random(1);
  for (std::size_t size = 0; size < 300; ++size) {
    Octets in(size);
    for (auto& octet : in) octet = random.octet();
    Octets out(size);
    copy_lower(in, out.data());
    for (std::size_t i = 0; i < size; ++i) ASSERT_EQ(out[i], ascii_lower(in[i]));
    copy_lower(in, in.data());
    EXPECT_EQ(in, out);
  }
}

TEST(Name, is_the_root_by_default) {
  const Name root;
  EXPECT_TRUE(root.is_root());
  EXPECT_EQ(root.size(), 1u);
  EXPECT_EQ(root.label_count(), 0u);
  EXPECT_TRUE(root.label(0).empty());
  EXPECT_EQ(root.parent(), root);
  EXPECT_EQ(Name::from_wire(Octets{0}).value(), root);
}

TEST(Name, keeps_octets_as_they_came) {
  const Octets odd = {4, 0, '.', ' ', 0xff, 2, 'A', 'z', 0};
  const Name name = Name::from_wire(odd).value();
  EXPECT_TRUE(std::ranges::equal(name.wire(), odd));
  EXPECT_EQ(name.label_count(), 2u);
  EXPECT_EQ(Name::from_valid_wire(odd), name);
  EXPECT_EQ(Name::from_valid_wire(odd).label_count(), 2u);
}

TEST(Name, label_may_have_63_octets_and_not_64) {
  Octets octets(1, 63);
  octets.insert(octets.end(), 63, 'a');
  octets.push_back(0);
  EXPECT_TRUE(Name::from_wire(octets));
  octets[0] = 64;
  octets.insert(octets.begin() + 1, 'a');
  EXPECT_EQ(Name::from_wire(octets).error(), WireError::bad_label);
  for (const unsigned type : {0x40u, 0x41u, 0x80u, 0xbfu, 0xc0u, 0xffu}) {
    octets[0] = static_cast<std::uint8_t>(type);
    EXPECT_EQ(Name::from_wire(octets).error(), WireError::bad_label) << type;
  }
}

TEST(Name, may_have_255_octets_and_not_256) {
  EXPECT_EQ(Name::from_wire(long_name(254)).value().size(), 254u);
  EXPECT_EQ(Name::from_wire(long_name(255)).value().size(), 255u);
  EXPECT_EQ(Name::from_wire(long_name(256)).error(), WireError::name_too_long);
}

TEST(Name, may_have_127_labels_and_not_128) {
  EXPECT_EQ(Name::from_wire(short_labels(127)).value().label_count(), 127u);
  EXPECT_EQ(Name::from_wire(short_labels(128)).error(), WireError::name_too_long);
}

TEST(Name, ends_where_its_octets_end) {
  Octets octets = name_octets("www.example.com");
  for (std::size_t size = 0; size < octets.size(); ++size)
    EXPECT_EQ(Name::from_wire(Bytes(octets).first(size)).error(), WireError::short_input) << size;
  octets.push_back(0);
  EXPECT_EQ(Name::from_wire(octets).error(), WireError::trailing_data);
}

TEST(Name, gives_its_labels_from_the_left) {
  const Name name = name_of("www.example.com");
  EXPECT_TRUE(std::ranges::equal(name.label(0), bytes_of("www")));
  EXPECT_TRUE(std::ranges::equal(name.label(2), bytes_of("com")));
  EXPECT_TRUE(name.label(3).empty());
}

TEST(Name, gives_suffixes_by_number_of_labels) {
  const Name name = name_of("a.b.example.com");
  EXPECT_EQ(name.suffix(0), Name());
  EXPECT_EQ(name.suffix(1), name_of("com"));
  EXPECT_EQ(name.suffix(3), name_of("b.example.com"));
  EXPECT_EQ(name.suffix(3).label_count(), 3u);
  EXPECT_EQ(name.suffix(4), name);
  EXPECT_EQ(name.suffix(5), name);
  EXPECT_EQ(name.suffix(5).label_count(), 4u);
  EXPECT_EQ(name.parent(), name_of("b.example.com"));
  EXPECT_EQ(name.suffix_wire(2).data(), name.wire().data() + 4);
  EXPECT_EQ(name.suffix_wire(2).size(), 13u);
}

TEST(Name, is_below_its_ancestors_only) {
  const Name name = name_of("www.Example.com");
  EXPECT_TRUE(name.is_at_or_below(name_of("WWW.example.com")));
  EXPECT_FALSE(name.is_below(name_of("WWW.example.com")));
  EXPECT_TRUE(name.is_below(name_of("eXample.com")));
  EXPECT_TRUE(name.is_below(Name()));
  EXPECT_FALSE(name.is_at_or_below(name_of("a.www.example.com")));
  EXPECT_FALSE(name.is_at_or_below(name_of("ample.com")));
  EXPECT_FALSE(name.is_at_or_below(name_of("example.net")));
  EXPECT_TRUE(Name().is_at_or_below(Name()));
  EXPECT_FALSE(Name().is_below(Name()));
}

TEST(Name, suffix_of_octets_that_is_no_suffix_of_labels_is_no_ancestor) {
  // The label "x\003com" ends in the octets of the name "com".
  const Name name = Name::from_wire(Octets{5, 'x', 3, 'c', 'o', 'm', 0}).value();
  EXPECT_FALSE(name.is_at_or_below(name_of("com")));
  EXPECT_EQ(name.common_labels(name_of("com")), 0u);
}

TEST(Name, counts_common_labels_from_the_root) {
  const Name name = name_of("www.example.com");
  EXPECT_EQ(name.common_labels(name_of("mail.EXAMPLE.com")), 2u);
  EXPECT_EQ(name.common_labels(name), 3u);
  EXPECT_EQ(name.common_labels(name_of("a.www.example.com")), 3u);
  EXPECT_EQ(name.common_labels(name_of("www.example.net")), 0u);
  EXPECT_EQ(name.common_labels(Name()), 0u);
  const Name most = Name::from_wire(short_labels(127)).value();
  EXPECT_EQ(most.common_labels(most), 127u);
}

TEST(Name, takes_a_label_in_front) {
  const Name name = name_of("com").with_label(bytes_of("example")).value();
  EXPECT_EQ(name, name_of("example.com"));
  EXPECT_EQ(name.label_count(), 2u);
  EXPECT_EQ(name.with_label({}).error(), WireError::bad_label);
  EXPECT_TRUE(name.with_label(Octets(63, 'a')));
  EXPECT_EQ(name.with_label(Octets(64, 'a')).error(), WireError::bad_label);
  EXPECT_EQ(Name::from_wire(long_name(253)).value().with_label(bytes_of("a")).value().size(), 255u);
  EXPECT_EQ(Name::from_wire(long_name(254)).value().with_label(bytes_of("a")).error(),
            WireError::name_too_long);
}

TEST(Name, moves_below_another_name) {
  const Name name = name_of("a.b.Example.com");
  const Name moved = name.with_suffix_replaced(name_of("example.com"), name_of("x.net")).value();
  EXPECT_TRUE(moved.is_identical(name_of("a.b.x.net")));
  EXPECT_EQ(moved.label_count(), 4u);
  EXPECT_EQ(name.with_suffix_replaced(name, Name()).error(), WireError::bad_label);
  EXPECT_EQ(name.with_suffix_replaced(name_of("org"), Name()).error(), WireError::bad_label);
  EXPECT_TRUE(name.with_suffix_replaced(Name(), name_of("org"))
                  .value()
                  .is_identical(name_of("a.b.Example.com.org")));
  const Name under_com = name_of("a.com");
  EXPECT_EQ(under_com.with_suffix_replaced(name_of("com"), Name::from_wire(long_name(253)).value())
                .value()
                .size(),
            255u);
  EXPECT_EQ(under_com.with_suffix_replaced(name_of("com"), Name::from_wire(long_name(254)).value())
                .error(),
            WireError::name_too_long);
}

TEST(Name, equals_in_any_case_and_is_identical_in_one) {
  const Name name = name_of("WwW.eXaMpLe.CoM");
  EXPECT_EQ(name, name_of("www.example.com"));
  EXPECT_FALSE(name.is_identical(name_of("www.example.com")));
  EXPECT_TRUE(name.to_lower().is_identical(name_of("www.example.com")));
  EXPECT_EQ(name.to_lower().label_count(), 3u);
  EXPECT_NE(name, name_of("www.example.con"));
  EXPECT_NE(name_of("a[b"), name_of("a{b"));
}

TEST(Name, case_can_be_changed_in_place) {
  Name name = name_of("abc");
  name.mutable_wire()[2] = 'B';
  EXPECT_TRUE(name.is_identical(name_of("aBc")));
}

TEST(Name, copies_stay_whole_on_self_assignment) {
  Name name = name_of("www.example.com");
  const Name& same = name;
  name = same;
  EXPECT_TRUE(name.is_identical(name_of("www.example.com")));
}

// RFC 4034 §6.1, its own example.
TEST(Name, sorts_in_canonical_order) {
  const std::vector<Octets> ordered = {
      {0},
      name_octets("example"),
      name_octets("a.example"),
      name_octets("yljkjljk.a.example"),
      name_octets("Z.a.example"),
      name_octets("zABC.a.EXAMPLE"),
      name_octets("z.example"),
      Octets{1, 1} + name_octets("z.example"),
      Octets{1, '*'} + name_octets("z.example"),
      Octets{1, 200} + name_octets("z.example"),
  };
  for (std::size_t i = 0; i < ordered.size(); ++i) {
    for (std::size_t j = 0; j < ordered.size(); ++j) {
      const Name a = Name::from_wire(ordered[i]).value();
      const Name b = Name::from_wire(ordered[j]).value();
      EXPECT_TRUE((a <=> b) == (i <=> j)) << i << ' ' << j;
    }
  }
  EXPECT_TRUE((name_of("A.com") <=> name_of("a.COM")) == 0);
}

}  // namespace
}  // namespace godwit::wire
