// From the files that the configuration names to what names are answered from.
#include "daemon/local_settings.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "wire/name_text.h"

namespace godwit::daemon {
namespace {

class LocalFiles : public testing::Test {
 protected:
  ~LocalFiles() override { std::filesystem::remove_all(folder_); }
  std::string file(const std::string& name, std::string_view text) const {
    std::filesystem::create_directories(folder_);
    std::ofstream(folder_ + name) << text;
    return folder_ + name;
  }
  const std::string folder_ =
      std::filesystem::temp_directory_path() / ("godwit-local." + std::to_string(::getpid())) / "";
};

TEST_F(LocalFiles, without_files_there_is_nothing) {
  const auto made = read_local_settings({}, {});
  EXPECT_EQ(made.data, nullptr);
  EXPECT_TRUE(made.error.empty());
}

TEST_F(LocalFiles, all_files_are_read_and_lines_that_cannot_be_used_are_told) {
  conf::Local from;
  from.hosts_files = {file("hosts", "192.0.2.1 nas\nnonsense\n")};
  from.zones = {{"home.arpa.", conf::LocalZoneType::fixed, file("zone", "www A 192.0.2.2\n")}};
  EXPECT_EQ(local_files(from), (std::vector<std::string>{from.hosts_files[0], from.zones[0].file}));
  const auto made = read_local_settings(from, {});
  ASSERT_NE(made.data, nullptr) << made.error;
  const auto kind = [&made](std::string_view name) {
    return made.data->find(wire::parse_name(name).value(), wire::RrType::a).kind;
  };
  EXPECT_EQ(kind("nas."), local::LocalData::Kind::data);
  EXPECT_EQ(kind("www.home.arpa."), local::LocalData::Kind::data);
  EXPECT_EQ(kind("x.home.arpa."), local::LocalData::Kind::name_error);
  EXPECT_EQ(texts_of(made.issues),
            std::vector<std::string>{from.hosts_files[0] + ":2: does not begin with an address"});
}

TEST_F(LocalFiles, lists_share_the_names_that_there_may_be) {
  conf::Local from;
  conf::BlockList& list = from.block_lists.emplace_back();
  list.name = "ads";
  list.file = file("ads", "a.example\nb.example\nnot a name\n");
  list.answer = conf::ListAnswer::address;
  list.clients = {wire::IpPrefix::parse("10.0.0.0/8").value()};
  const std::string path = list.file;
  from.block_lists.push_back(conf::BlockList(list));
  from.block_lists.back().name = "more";
  from.names_max = 4;
  auto made = read_local_settings(from, {});
  ASSERT_NE(made.policy, nullptr) << made.error;
  EXPECT_EQ(made.data, nullptr);
  EXPECT_EQ(made.policy->lists().size(), 2u);
  const auto name = wire::parse_name("x.a.example.").value();
  const auto ask = [&](std::string_view client) {
    return bool(made.policy->judge({{&name, 1}, {}, true}, wire::IpAddress::parse(client).value()));
  };
  EXPECT_TRUE(ask("10.1.1.1"));
  EXPECT_FALSE(ask("192.0.2.1"));
  EXPECT_EQ(texts_of(made.issues).size(), 2u);
  from.names_max = 3;
  made = read_local_settings(from, {});
  EXPECT_EQ(made.key, "local.block-lists");
  EXPECT_EQ(made.error, path + ": more names than local.names-max");
}

TEST_F(LocalFiles, of_many_lines_the_others_are_counted) {
  local::Issues issues;
  issues.begin_file("f");
  for (std::size_t line = 1; line <= local::Issues::told_per_file + 2; ++line)
    issues.add(line, "is odd");
  const auto texts = texts_of(issues);
  ASSERT_EQ(texts.size(), local::Issues::told_per_file + 1);
  EXPECT_EQ(texts.back(), "f: 2 more lines that are passed over");
}

TEST_F(LocalFiles, a_mistake_is_told_with_its_setting_and_line) {
  conf::Local from;
  from.hosts_files = {folder_ + "missing"};
  auto made = read_local_settings(from, {});
  EXPECT_EQ(made.key, "local.hosts-files");
  EXPECT_NE(made.error.find("cannot be read: No such file"), std::string::npos) << made.error;
  from = {};
  from.zones = {{"home.arpa.", conf::LocalZoneType::fixed, file("zone", "a A 192.0.2.1\nb A x\n")}};
  made = read_local_settings(from, {});
  EXPECT_EQ(made.key, "local.zones");
  EXPECT_TRUE(made.error.starts_with(from.zones[0].file + ":2: ")) << made.error;
  from = {};
  from.records = {"a. CNAME b.", "a. A 192.0.2.1"};
  made = read_local_settings(from, {});
  EXPECT_EQ(made.key, "local");
  EXPECT_EQ(made.error, "local.records[1]: a. has a CNAME and something else");
}

}  // namespace
}  // namespace godwit::daemon
