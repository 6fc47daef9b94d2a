// Zones of denials for the tests: the NSEC records of RFC 4035 appendix A, the NSEC3 records of RFC
// 5155 appendix A, and sets read from text.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "dnssec/denial.h"
#include "wire/name_text.h"
#include "wire/rdata_text.h"

namespace godwit::dnssec::testing {

using wire::Name;
using wire::RRsetPtr;
using wire::RrType;

inline Name name(std::string_view text) {
  return wire::parse_name(text).value();
}

// One record, as a set.
inline RRsetPtr set(std::string_view line) {
  const wire::RecordText record = wire::parse_record(line, Name(), Name()).value();
  wire::RRsetBuilder builder(record.owner, record.type);
  builder.add(record.rdata, record.ttl.value_or(3600));
  return builder.build();
}

// With a signature of `zone` that has so many labels; nothing checks it.
inline RRsetPtr signed_set(std::string_view line, std::uint8_t labels, std::string_view zone) {
  const wire::RecordText record = wire::parse_record(line, Name(), Name()).value();
  wire::RRsetBuilder builder(record.owner, record.type);
  builder.add(record.rdata, 3600);
  std::vector<std::uint8_t> rrsig(18);
  wire::store_u16(rrsig.data(), static_cast<std::uint16_t>(record.type));
  rrsig[3] = labels;
  const Name signer = name(zone);
  rrsig.insert(rrsig.end(), signer.wire().begin(), signer.wire().end());
  rrsig.push_back(0);
  builder.add_signature(rrsig, 3600);
  return builder.build();
}

// One set an owner, found by the text of the owner.
class Sets {
 public:
  explicit Sets(std::string_view text) {
    const auto records = wire::parse_master_file(text, Name());
    EXPECT_TRUE(records);
    for (const auto& record : *records) {
      wire::RRsetBuilder builder(record.owner, record.type);
      builder.add(record.rdata, 3600);
      sets_.emplace(record.owner, builder.build());
    }
  }
  [[nodiscard]] std::vector<RRsetPtr> of(std::initializer_list<std::string_view> owners) const {
    std::vector<RRsetPtr> result;
    for (const std::string_view owner : owners) result.push_back(sets_.at(name(owner)));
    return result;
  }
  [[nodiscard]] std::vector<RRsetPtr> all() const {
    std::vector<RRsetPtr> result;
    for (const auto& [owner, one] : sets_) result.push_back(one);
    return result;
  }

 private:
  std::map<Name, RRsetPtr> sets_;
};

inline const Sets& rfc4035() {
  static const Sets sets(R"(
example.       NSEC a.example. NS SOA MX RRSIG NSEC DNSKEY
a.example.     NSEC ai.example. NS DS RRSIG NSEC
ai.example.    NSEC b.example. A HINFO AAAA RRSIG NSEC
b.example.     NSEC ns1.example. NS RRSIG NSEC
ns1.example.   NSEC ns2.example. A RRSIG NSEC
ns2.example.   NSEC *.w.example. A RRSIG NSEC
*.w.example.   NSEC x.w.example. MX RRSIG NSEC
x.w.example.   NSEC x.y.w.example. MX RRSIG NSEC
x.y.w.example. NSEC xx.example. MX RRSIG NSEC
xx.example.    NSEC example. A HINFO AAAA RRSIG NSEC
)");
  return sets;
}

// The hashes of RFC 5155 appendix A: H(x) is at(x).
inline const std::map<std::string_view, std::string_view>& rfc5155_hashes() {
  static const std::map<std::string_view, std::string_view> hashes = {
      {"example.", "0p9mhaveqvm6t7vbl5lop2u3t2rp3tom"},
      {"a.example.", "35mthgpgcu1qg68fab165klnsnk3dpvl"},
      {"ai.example.", "gjeqe526plbf1g8mklp59enfd789njgi"},
      {"ns1.example.", "2t7b4g4vsa5smi47k61mv5bv1a22bojr"},
      {"ns2.example.", "q04jkcevqvmu85r014c7dkba38o0ji5r"},
      {"w.example.", "k8udemvp1j2f7eg6jebps17vp3n8i58h"},
      {"*.w.example.", "r53bq7cc2uvmubfu5ocmm6pers9tk9en"},
      {"x.w.example.", "b4um86eghhds6nea196smvmlo4ors995"},
      {"y.w.example.", "ji6neoaepv8b5o6k4ev33abha8ht9fgc"},
      {"x.y.w.example.", "2vptu5timamqttgl4luu9kg21e0aor3s"},
      {"xx.example.", "t644ebqk9bibcna874givr6joj62mlhv"},
      {"2t7b4g4vsa5smi47k61mv5bv1a22bojr.example.", "kohar7mbb8dc2ce8a9qvl8hon4k53uhi"},
  };
  return hashes;
}

inline const Sets& rfc5155() {
  static const Sets sets(R"($ORIGIN example.
0p9mhaveqvm6t7vbl5lop2u3t2rp3tom NSEC3 ( 1 1 12 aabbccdd
    2t7b4g4vsa5smi47k61mv5bv1a22bojr MX DNSKEY NS SOA NSEC3PARAM RRSIG )
2t7b4g4vsa5smi47k61mv5bv1a22bojr NSEC3 1 1 12 aabbccdd 2vptu5timamqttgl4luu9kg21e0aor3s A RRSIG
2vptu5timamqttgl4luu9kg21e0aor3s NSEC3 1 1 12 aabbccdd 35mthgpgcu1qg68fab165klnsnk3dpvl MX RRSIG
35mthgpgcu1qg68fab165klnsnk3dpvl NSEC3 1 1 12 aabbccdd b4um86eghhds6nea196smvmlo4ors995 NS DS RRSIG
b4um86eghhds6nea196smvmlo4ors995 NSEC3 1 1 12 aabbccdd gjeqe526plbf1g8mklp59enfd789njgi MX RRSIG
gjeqe526plbf1g8mklp59enfd789njgi NSEC3 ( 1 1 12 aabbccdd
    ji6neoaepv8b5o6k4ev33abha8ht9fgc HINFO A AAAA RRSIG )
ji6neoaepv8b5o6k4ev33abha8ht9fgc NSEC3 1 1 12 aabbccdd k8udemvp1j2f7eg6jebps17vp3n8i58h
k8udemvp1j2f7eg6jebps17vp3n8i58h NSEC3 1 1 12 aabbccdd kohar7mbb8dc2ce8a9qvl8hon4k53uhi
kohar7mbb8dc2ce8a9qvl8hon4k53uhi NSEC3 1 1 12 aabbccdd q04jkcevqvmu85r014c7dkba38o0ji5r A RRSIG
q04jkcevqvmu85r014c7dkba38o0ji5r NSEC3 1 1 12 aabbccdd r53bq7cc2uvmubfu5ocmm6pers9tk9en A RRSIG
r53bq7cc2uvmubfu5ocmm6pers9tk9en NSEC3 1 1 12 aabbccdd t644ebqk9bibcna874givr6joj62mlhv MX RRSIG
t644ebqk9bibcna874givr6joj62mlhv NSEC3 ( 1 1 12 aabbccdd
    0p9mhaveqvm6t7vbl5lop2u3t2rp3tom HINFO A AAAA RRSIG )
)");
  return sets;
}

inline std::string base32(const Nsec3Hash& hash) {
  std::string text;
  for (std::size_t bit = 0; bit < 160; bit += 5) {
    const unsigned pair = hash[bit / 8] << 8 | (bit / 8 + 1 < 20 ? hash[bit / 8 + 1] : 0);
    text += "0123456789abcdefghijklmnopqrstuv"[pair >> (11 - bit % 8) & 31];
  }
  return text;
}

// A chain over the names, each with the types of its line, empty salt.
inline std::vector<RRsetPtr> chain(
    const std::vector<std::pair<std::string_view, std::string_view>>& names,
    unsigned iterations = 0, unsigned flags = 0, std::string_view zone = "example.") {
  const ValidationLimits limits{.nsec3_hash_blocks = 1'000'000};
  ValidationBudget budget(limits);
  std::map<std::string, std::string_view> hashed;
  for (const auto& [text, types] : names) {
    const Nsec3Parameters parameters{static_cast<std::uint16_t>(iterations), {}};
    hashed.emplace(base32(nsec3_hash(name(text), parameters, budget).value()), types);
  }
  std::vector<RRsetPtr> sets;
  for (auto one = hashed.begin(); one != hashed.end(); ++one) {
    const auto next = std::next(one) == hashed.end() ? hashed.begin() : std::next(one);
    sets.push_back(set(one->first + "." + std::string(zone) + " NSEC3 1 " + std::to_string(flags) +
                       " " + std::to_string(iterations) + " - " + next->first + " " +
                       std::string(one->second)));
  }
  return sets;
}

// A denial with a budget of its own.
struct Judge {
  explicit Judge(std::vector<RRsetPtr> of_sets, std::string_view zone = "example.",
                 const ValidationLimits& of_limits = {})
      : limits(of_limits), sets(std::move(of_sets)), denial(name(zone), sets, budget) {}
  ValidationLimits limits;
  ValidationBudget budget{limits};
  std::vector<RRsetPtr> sets;
  Denial denial;

  [[nodiscard]] Proof no_name(std::string_view of) const { return denial.no_name(name(of)).proof; }
  [[nodiscard]] Proof no_data(std::string_view of, RrType type) const {
    return denial.no_data(name(of), type).proof;
  }
  [[nodiscard]] Proof no_closer_match(std::string_view of, unsigned labels) const {
    return denial.no_closer_match(name(of), labels).proof;
  }
  [[nodiscard]] Denial::Cut cut_at(std::string_view of) const {
    Failure failure;
    return denial.cut_at(name(of), failure);
  }
};

}  // namespace godwit::dnssec::testing
