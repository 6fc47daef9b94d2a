// What wire/ costs: reading queries and responses, writing them, and the name operations that every
// cache look-up makes.
#include <benchmark/benchmark.h>

#include <array>
#include <string>
#include <vector>

#include "wire/message_builder.h"
#include "wire/rdata.h"

namespace godwit::wire {
namespace {

Name name_of(std::string_view text) {
  std::vector<std::uint8_t> out;
  while (!text.empty()) {
    const std::string_view label = text.substr(0, text.find('.'));
    out.push_back(static_cast<std::uint8_t>(label.size()));
    out.insert(out.end(), label.begin(), label.end());
    text.remove_prefix(std::min(text.size(), label.size() + 1));
  }
  out.push_back(0);
  return Name::from_wire(out).value();
}

const std::array<std::uint8_t, 4> address = {192, 0, 2, 1};

// 13 servers with IPv4 and IPv6 addresses, as the root refers to a top-level domain.
struct Referral {
  std::vector<RRsetPtr> servers;
  std::vector<RRsetPtr> glue;
  Referral() {
    RRsetBuilder ns(name_of("com"), RrType::ns);
    for (char letter = 'a'; letter < 'n'; ++letter) {
      const Name server = name_of(std::string(1, letter) + ".gtld-servers.net");
      ns.add(server.wire(), 172800);
      RRsetBuilder a(server, RrType::a);
      a.add(address, 172800);
      RRsetBuilder aaaa(server, RrType::aaaa);
      aaaa.add(std::array<std::uint8_t, 16>{0x20, 1, 5, 3}, 172800);
      glue.push_back(a.build());
      glue.push_back(aaaa.build());
    }
    servers.push_back(ns.build());
  }
};

Bytes write_referral(MutableBytes buffer, NameCompressor& compressor, const Referral& referral) {
  MessageBuilder builder(buffer, buffer.size(), compressor);
  builder.header({});
  builder.question(name_of("www.example.com"), RrType::a, RrClass::in);
  builder.reserve_edns({});
  for (const auto& set : referral.servers)
    benchmark::DoNotOptimize(builder.add_rrset(Section::authority, *set, {.ttl = 1}));
  for (const auto& set : referral.glue)
    benchmark::DoNotOptimize(builder.add_rrset(Section::additional, *set, {.ttl = 1}));
  return builder.finish();
}

void parse_query(benchmark::State& state) {
  std::array<std::uint8_t, 512> buffer;
  EdnsToWrite edns;
  edns.cookie.emplace();
  const Bytes query = write_query(buffer, {}, name_of("www.example.com"), RrType::a, &edns);
  for (auto _ : state) {
    const auto view = MessageView::parse(query);
    const auto found = find_edns(*view);
    benchmark::DoNotOptimize(found);
    benchmark::DoNotOptimize(view->question()->name.to_name());
  }
}
BENCHMARK(parse_query);

void parse_response(benchmark::State& state) {
  const Referral referral;
  std::array<std::uint8_t, 1232> buffer;
  NameCompressor compressor;
  const Bytes message = write_referral(buffer, compressor, referral);
  for (auto _ : state) {
    const auto view = MessageView::parse(message);
    RecordReader records = view->records();
    unsigned count = 0;
    while (const auto record = records.next()) count += record->rdata.size() != 0;
    benchmark::DoNotOptimize(count);
  }
  state.counters["octets"] = static_cast<double>(message.size());
}
BENCHMARK(parse_response);

// Every record of the referral into packed sets: what a response costs until it can be cached.
void pack_response(benchmark::State& state) {
  const Referral referral;
  std::array<std::uint8_t, 1232> buffer;
  NameCompressor compressor;
  const Bytes message = write_referral(buffer, compressor, referral);
  std::array<std::uint8_t, 512> rdata;
  for (auto _ : state) {
    const auto view = MessageView::parse(message);
    RecordReader records = view->records();
    std::optional<RRsetBuilder> builder;
    while (const auto record = records.next()) {
      if (!builder || record->type != builder->type() || !(record->owner == builder->owner())) {
        if (builder) benchmark::DoNotOptimize(builder->build());
        builder.emplace(record->owner.to_name(), record->type);
      }
      const auto size =
          unpack_rdata(message, record->rdata_offset, record->rdata.size(), record->type, rdata);
      if (size) builder->add(Bytes(rdata).first(*size), record->ttl);
    }
    benchmark::DoNotOptimize(builder->build());
  }
}
BENCHMARK(pack_response);

void build_query(benchmark::State& state) {
  std::array<std::uint8_t, 512> buffer;
  const Name name = name_of("www.example.com");
  EdnsToWrite edns;
  edns.dnssec_ok = true;
  for (auto _ : state) benchmark::DoNotOptimize(write_query(buffer, {}, name, RrType::a, &edns));
}
BENCHMARK(build_query);

void build_answer(benchmark::State& state) {
  std::array<std::uint8_t, 1232> buffer;
  NameCompressor compressor;
  const Name name = name_of("www.example.com");
  RRsetBuilder set_builder(name, RrType::a);
  for (std::uint8_t i = 0; i < 2; ++i)
    set_builder.add(std::array<std::uint8_t, 4>{192, 0, 2, i}, 300);
  const RRsetPtr set = set_builder.build();
  for (auto _ : state) {
    MessageBuilder builder(buffer, buffer.size(), compressor);
    builder.header({});
    builder.question(name, RrType::a, RrClass::in);
    builder.reserve_edns({});
    benchmark::DoNotOptimize(builder.add_rrset(Section::answer, *set, {.ttl = 300}));
    benchmark::DoNotOptimize(builder.finish());
  }
}
BENCHMARK(build_answer);

void build_referral(benchmark::State& state) {
  const Referral referral;
  std::array<std::uint8_t, 1232> buffer;
  NameCompressor compressor;
  for (auto _ : state) benchmark::DoNotOptimize(write_referral(buffer, compressor, referral));
}
BENCHMARK(build_referral);

// Twenty host names of one zone, written one behind the other: the usual work of compression.
void compress_names(benchmark::State& state) {
  std::vector<Name> names;
  for (unsigned i = 0; i < 20; ++i)
    names.push_back(name_of("host" + std::to_string(i) + ".dept.example.com"));
  std::array<std::uint8_t, 1232> buffer{};
  NameCompressor compressor;
  std::size_t size = 0;
  for (auto _ : state) {
    compressor.reset();
    ByteWriter message(buffer, header_octets);
    for (const Name& name : names) compressor.write(message, name.wire());
    benchmark::DoNotOptimize(size = message.position());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(names.size()));
  state.counters["octets"] = static_cast<double>(size - header_octets);
}
BENCHMARK(compress_names);

// 64 KiB of targets with nothing in common: the worst that a set of records can ask of compression.
void build_disjoint_names(benchmark::State& state) {
  std::vector<std::uint8_t> buffer(message_octets_max);
  NameCompressor compressor;
  std::vector<Name> targets;
  for (unsigned i = 0; i < 3000; ++i)
    targets.push_back(name_of(std::to_string(i * 2654435761u) + "." + std::to_string(i)));
  for (auto _ : state) {
    MessageBuilder builder(buffer, buffer.size(), compressor);
    builder.header({});
    for (const Name& target : targets)
      benchmark::DoNotOptimize(
          builder.add_record(Section::answer, Name(), RrType::ptr, 1, target.wire()));
    benchmark::DoNotOptimize(builder.finish());
  }
}
BENCHMARK(build_disjoint_names);

void set_of_many_records(benchmark::State& state) {
  for (auto _ : state) {
    RRsetBuilder builder(Name(), RrType::a);
    for (std::uint32_t i = 0; i < 4000; ++i) {
      std::array<std::uint8_t, 4> rdata;
      store_u32(rdata.data(), i * 2654435761u);
      builder.add(rdata, 1);
    }
    benchmark::DoNotOptimize(builder.build());
  }
}
BENCHMARK(set_of_many_records);

void name_equal(benchmark::State& state) {
  const Name a = name_of("www.some-example-host.example.com");
  const Name b = name_of("WWW.some-example-host.EXAMPLE.com");
  for (auto _ : state) benchmark::DoNotOptimize(a == b);
}
BENCHMARK(name_equal);

void name_lower(benchmark::State& state) {
  const Name name = name_of("WWW.some-example-host.EXAMPLE.com");
  std::array<std::uint8_t, name_octets_max> out;
  for (auto _ : state) {
    copy_lower(name.wire(), out.data());
    benchmark::DoNotOptimize(out.data());
    benchmark::ClobberMemory();
  }
}
BENCHMARK(name_lower);

void name_is_below(benchmark::State& state) {
  const Name name = name_of("www.some-example-host.example.com");
  const Name zone = name_of("EXAMPLE.com");
  for (auto _ : state) benchmark::DoNotOptimize(name.is_at_or_below(zone));
}
BENCHMARK(name_is_below);

void name_canonical_order(benchmark::State& state) {
  const Name a = name_of("www.some-example-host.example.com");
  const Name b = name_of("xww.some-example-host.example.com");
  for (auto _ : state) benchmark::DoNotOptimize((a <=> b) < 0);
}
BENCHMARK(name_canonical_order);

}  // namespace
}  // namespace godwit::wire
