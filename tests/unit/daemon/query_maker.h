// Queries octet by octet, right or wrong, and answers read back; for the tests of client_request.
#pragma once

#include <gtest/gtest.h>

#include <memory>

#include "daemon/client_request.h"
#include "wire/name_text.h"

namespace godwit::daemon {

using Octets = std::vector<std::uint8_t>;

// A query under construction: header fields to change, a question, additional octets.
struct QueryMaker {
  std::uint16_t id = 0x1234;
  std::uint16_t flags = 0x0100;  // RD
  std::uint16_t counts[4] = {1, 0, 0, 0};
  Octets question;
  Octets rest;

  explicit QueryMaker(std::string_view name = "www.example.com.", std::uint16_t type = 1,
                      std::uint16_t rr_class = 1) {
    const auto parsed = wire::parse_name(name).value();
    question.assign(parsed.wire().begin(), parsed.wire().end());
    put16(question, type);
    put16(question, rr_class);
  }
  static void put16(Octets& out, std::size_t value) {
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
  }
  static Octets option(std::uint16_t code, const Octets& data) {
    Octets out;
    put16(out, code);
    put16(out, data.size());
    out.insert(out.end(), data.begin(), data.end());
    return out;
  }
  // An OPT record with those options' octets.
  QueryMaker& edns(const Octets& options = {}, std::uint16_t size = 1232, std::uint8_t version = 0,
                   std::uint16_t z = 0) {
    rest.push_back(0);
    put16(rest, 41);
    put16(rest, size);
    rest.push_back(0);
    rest.push_back(version);
    put16(rest, z);
    put16(rest, options.size());
    rest.insert(rest.end(), options.begin(), options.end());
    ++counts[3];
    return *this;
  }
  // A record of the root's with that type, one octet of RDATA.
  QueryMaker& record(unsigned section, std::uint16_t type) {
    const Octets octets{0,
                        static_cast<std::uint8_t>(type >> 8),
                        static_cast<std::uint8_t>(type),
                        0,
                        1,
                        0,
                        0,
                        0,
                        0,
                        0,
                        1,
                        7};
    rest.insert(rest.end(), octets.begin(), octets.end());
    ++counts[section];
    return *this;
  }
  QueryMaker& set_flags(std::uint16_t value) {
    flags = value;
    return *this;
  }
  [[nodiscard]] Octets octets() const {
    Octets out;
    put16(out, id);
    put16(out, flags);
    for (const auto count : counts) put16(out, count);
    out.insert(out.end(), question.begin(), question.end());
    out.insert(out.end(), rest.begin(), rest.end());
    return out;
  }
};

// An answer as a client reads it.
struct ReadAnswer {
  wire::Header header;
  bool has_question = false;
  wire::Name name;
  unsigned rcode = 0;  // with the upper bits
  std::optional<wire::Edns> edns;
  std::size_t octets = 0;
  [[nodiscard]] bool has_ede(wire::EdeCode code) const {
    for (std::size_t i = 0; edns && i < edns->error_count; ++i)
      if (edns->errors[i].code == code) return true;
    return false;
  }
};

inline ReadAnswer read_answer(wire::Bytes message) {
  ReadAnswer out;
  out.octets = message.size();
  const auto view = wire::MessageView::parse(message);
  EXPECT_TRUE(view.has_value());
  if (!view) return out;
  out.header = view->header();
  if (view->question()) {
    out.has_question = true;
    out.name = view->question()->name.to_name();
  }
  const auto edns = wire::find_edns(*view);
  EXPECT_TRUE(edns.has_value());
  if (edns) out.edns = *edns;
  out.rcode = out.header.rcode;
  if (out.edns) out.rcode |= static_cast<unsigned>(out.edns->extended_rcode) << 4;
  return out;
}

class ClientRequest : public testing::Test {
 protected:
  ClientRequest() : requests(make_policy(), ServerCookies::MasterSecret{9}), out(65535) {
    client.peer = {wire::IpAddress::parse("192.0.2.1").value(), 40000};
  }
  static std::shared_ptr<AnswerPolicy> make_policy() {
    auto policy = std::make_shared<AnswerPolicy>();
    policy->access = AccessControl({wire::IpPrefix::parse("192.0.2.0/24").value()}, {});
    return policy;
  }
  [[nodiscard]] ReadRequest read(wire::Bytes message) {
    return requests.read(message, false, client, now);
  }
  [[nodiscard]] ReadRequest read(const QueryMaker& query) { return read(query.octets()); }
  // The refusal or local answer of a query, as octets read back.
  [[nodiscard]] ReadAnswer answer_to(wire::Bytes message) {
    const auto request = read(message);
    EXPECT_TRUE(request.verdict == RequestVerdict::refuse ||
                request.verdict == RequestVerdict::local)
        << static_cast<int>(request.verdict);
    if (request.verdict == RequestVerdict::local)
      return read_answer(requests.render(request.context, *request.local_answer, out));
    return read_answer(requests.render_refusal(request.context, request.refusal, out));
  }
  [[nodiscard]] ReadAnswer answer_to(const QueryMaker& query) { return answer_to(query.octets()); }
  [[nodiscard]] unsigned rcode_of(const QueryMaker& query) { return answer_to(query).rcode; }
  [[nodiscard]] bool resolves(const QueryMaker& query) {
    return read(query).verdict == RequestVerdict::resolve;
  }
  // What a resolved query is answered with when the answer has this rcode and nothing else.
  [[nodiscard]] ReadAnswer resolved(const QueryMaker& query, const iterator::Answer& answer = {}) {
    const auto request = read(query);
    EXPECT_EQ(request.verdict, RequestVerdict::resolve);
    return read_answer(requests.render(request.context, answer, out));
  }
  void expect_drop(wire::Bytes message, DropCause cause) {
    const auto request = read(message);
    EXPECT_EQ(request.verdict, RequestVerdict::drop);
    EXPECT_EQ(request.drop_cause, cause);
  }

  ClientRequests requests;
  Client client;
  std::uint32_t now = 1'800'000'000;
  Octets out;
};

inline constexpr unsigned noerror = 0, formerr = 1, nxdomain = 3, notimp = 4, refused = 5,
                          badvers = 16;

}  // namespace godwit::daemon
