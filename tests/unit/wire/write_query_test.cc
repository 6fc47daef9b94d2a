#include <gtest/gtest.h>

#include "tests/unit/wire/wire_support.h"
#include "wire/message_builder.h"

namespace godwit::wire {
namespace {

using test::first_error;
using test::name_of;

TEST(WriteQuery, writes_what_a_server_needs) {
  Header header;
  header.id = 99;
  header.cd = true;
  EdnsToWrite edns;
  edns.dnssec_ok = true;
  edns.padding_block_octets = 128;
  Octets buffer(512);
  const Bytes message = write_query(buffer, header, name_of("wWw.example"), RrType::ns, &edns);
  EXPECT_EQ(message.size(), 128u);
  const auto view = MessageView::parse(message);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->header().id, 99);
  EXPECT_TRUE(view->header().cd);
  EXPECT_FALSE(view->header().rd);
  EXPECT_TRUE(view->question()->name.is_identical(name_of("wWw.example")));
  EXPECT_EQ(view->question()->type, RrType::ns);
  EXPECT_EQ(view->question()->rr_class, RrClass::in);
  EXPECT_TRUE((*find_edns(*view))->dnssec_ok);
}

TEST(WriteQuery, may_be_without_edns_and_needs_room_for_the_question) {
  const Name name = name_of("www.example.com");
  for (std::size_t size = 0; size < 60; ++size) {
    Octets buffer(size);
    const Bytes plain = write_query(buffer, {}, name, RrType::a, nullptr);
    EXPECT_EQ(plain.size(), size < 33 ? 0u : 33u);
    const EdnsToWrite edns;
    const Bytes with = write_query(buffer, {}, name, RrType::a, &edns);
    EXPECT_EQ(with.size(), size < 33 ? 0u : size < 44 ? 33u : 44u);
    if (!with.empty()) {
      EXPECT_FALSE(first_error(with));
    }
  }
}

}  // namespace
}  // namespace godwit::wire
