"""A headless Chromium for test_web.py."""

import base64
import os
import shutil

try:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
except ImportError:
    webdriver = None

DRIVER = shutil.which("chromedriver") or "/usr/bin/chromedriver"


def reason_to_skip():
    if webdriver is None:
        return "python3-selenium is not installed"
    if not shutil.which("chromium") or not os.path.exists(DRIVER):
        return "chromium and chromium-driver are not installed"
    return None


class Browser:
    def __init__(self):
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for word in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                     "--hide-scrollbars", "--no-proxy-server", "--disable-background-networking"):
            options.add_argument(word)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        self.driver = webdriver.Chrome(service=Service(DRIVER), options=options)
        self.driver.set_page_load_timeout(20)

    def show(self, width, scheme, height=900):
        """The page as wide as that, in light or dark colours."""
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": False})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def text(self, selector):
        """What is shown there; empty: there is no such element."""
        return self.script("return document.querySelector(arguments[0])?.innerText ?? ''", selector)

    def picture(self, path):
        taken = self.driver.execute_cdp_cmd("Page.captureScreenshot", {
            "captureBeyondViewport": True, "format": "png"})
        with open(path, "wb") as out:
            out.write(base64.b64decode(taken["data"]))

    def complaints(self):
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def close(self):
        self.driver.quit()
