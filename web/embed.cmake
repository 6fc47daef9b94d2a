# cmake -D FOLDER=... -D OUT=... -P embed.cmake: makes a source file of the files of the page.
set(types "html=text/html" "css=text/css" "js=text/javascript" "svg=image/svg+xml")
set(arrays "")
set(rows "")
foreach(name index.html app.css app.js charts.js data.js format.js views.js why.js icon.svg)
  file(READ ${FOLDER}/${name} digits HEX)
  string(REGEX REPLACE "(................................)" "\\1\n    " octets "${digits}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "'\\\\x\\1'," octets "${octets}")
  string(REGEX REPLACE "[^a-z]" "_" variable ${name})
  string(APPEND arrays "constexpr char ${variable}[] = {\n    ${octets}};\n")
  string(REGEX REPLACE ".*\\." "" ending ${name})
  foreach(type ${types})
    if(type MATCHES "^${ending}=(.*)$")
      set(media "${CMAKE_MATCH_1}; charset=utf-8")
    endif()
  endforeach()
  set(path "/${name}")
  if(name STREQUAL "index.html")
    set(path "/")
  endif()
  string(APPEND rows "    {\"${path}\", \"${media}\", {${variable}, sizeof ${variable}}},\n")
endforeach()
file(WRITE ${OUT} "#include \"web/asset.h\"

namespace godwit::web {
namespace {

${arrays}
constexpr Asset table[] = {
${rows}};

}  // namespace

std::span<const Asset> assets() noexcept {
  return table;
}

}  // namespace godwit::web
")
