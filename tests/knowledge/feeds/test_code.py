"""Source code by symbol: a stack frame finds the lines of its function."""

from __future__ import annotations

import pytest

from sre_core.errors import RefusedInput
from sre_core.knowledge.documents import SourceDocument
from sre_core.knowledge.feeds.code import source_document
from sre_core.knowledge.feeds.frames import names_in_stack_frames, stack_frames
from sre_core.knowledge.words import exact_name
from tests.knowledge.feeds.fakes import redact

PYTHON = '''"""Carts."""
import os


class Cart:
    """A cart."""

    limit = 10

    @property
    def size(self):
        return len(self.items)

    # Adds one.
    def add_item(self, item):
        def check():
            return item
        self.items.append(check())


async def main():
    pass
'''
JAVA = """package com.shop;

public class Cart {
    private int n;
    public Cart() { n = 0; }
    /** Adds. */
    public void add(Item i) {
        items.add(i);
    }
    static class Line {
        int total() { return 1; }
    }
}
"""
GO = """package main

type Cart struct{}

// Add adds.
func (c *Cart) Add(i Item) error {
	return nil
}

func main() {}
"""
TYPESCRIPT = """export class Cart {
  add(item: Item): void {
    this.items.push(item);
  }
  total = () => { return 1; };
}
export const checkout = async (cart: Cart) => {
  await pay(cart);
};
"""
CSHARP = """namespace Shop.Carts;
public class Cart {
    public async Task Add(Item item) { await x; }
}
"""
RUBY = """module Shop
  class Cart
    def add_item(i)
      @items << i
    end
  end
end
"""
RUST = """pub struct Cart;
impl Cart {
    pub fn add(&self) {}
}
fn main() {}
"""
KOTLIN = """package com.shop

class Cart {
    fun add(i: Int): Int {
        return i
    }
}

fun top() {
}
"""
PHP = """<?php
namespace Shop;
class Cart {
    public function add($i) { return $i; }
}
"""

C = """#include "cart.h"

struct cart { int n; };

/* Adds one. */
static struct cart *cart_add(struct cart *c, int n)
{
    c->n += n;
    return c;
}
"""
CPP = """namespace shop {
class Cart {
 public:
  int size() const { return n; }
  Line &first();
};

template <typename T>
void drop(T t) {}
}

shop::Line &shop::Cart::first() {
  return lines[0];
}
"""
SCALA = """package com.shop

object Cart {
  def add(i: Int): Int = {
    i + 1
  }
}
"""
SHELL = """#!/bin/bash
set -e

# Rolls it out.
deploy() {
  kubectl apply -f "$1"
}
deploy cart.yaml
"""


def document(path: str, source: str) -> SourceDocument:
    return source_document(path, source.encode(), None, redact)


def lines_of(document: SourceDocument, symbol: str) -> tuple[int, int]:
    sections = [section for section in document.sections or () if section.heading[1:] == (symbol,)]
    return min(section.first_line for section in sections), max(section.last_line for section in sections)


def finds(frame: str, path: str, source: str) -> bool:
    """Whether one of the names of the frame is one of the document's, as names are compared."""
    names = {exact_name(name) for name in document(path, source).names}
    return any(exact_name(name) in names for name in names_in_stack_frames(frame))


@pytest.mark.parametrize(
    ("frame", "path", "source"),
    [
        ('  File "/srv/shop/app/cart.py", line 17, in add_item', "app/cart.py", PYTHON),
        ('  File "app/cart.py", line 17, in add_item\n    self.items.append(check())', "src/app/cart.py", PYTHON),
        ("\tat com.shop.Cart.add(Cart.java:8)", "src/main/java/com/shop/Cart.java", JAVA),
        ("\tat app//com.shop.Cart$Line.total(Cart.java:11)", "Cart.java", JAVA),
        ("\tat com.shop.Cart.<init>(Cart.java:5)", "Cart.java", JAVA),
        ("cart.go:7 main.(*Cart).Add", "cmd/cart.go", GO),
        ("main.(*Cart).Add(0xc0000, {0x1, 0x2})\n\t/src/cart.go:7 +0x1d", "cart.go", GO),
        ("goroutine 1 [running]:\nmain.main()\n\t/src/cart.go:10 +0x1d", "cart.go", GO),
        ("    at Cart.add (/srv/dist/cart.ts:3:12)", "src/cart.ts", TYPESCRIPT),
        ("    at async checkout (file:///srv/cart.ts:8:9)", "src/cart.ts", TYPESCRIPT),
        ("   at Shop.Carts.Cart.<Add>d__4.MoveNext() in /src/Cart.cs:line 3", "Cart.cs", CSHARP),
        ("   at Shop.Carts.Cart.Add(Item item) in C:\\src\\Cart.cs:line 3", "Cart.cs", CSHARP),
        ("app/cart.rb:4:in `block in add_item'", "app/cart.rb", RUBY),
        ("app/cart.rb:4:in 'Shop::Cart#add_item'", "app/cart.rb", RUBY),
        ("   3: shop::cart::Cart::add\n             at ./src/cart.rs:3:5", "src/cart.rs", RUST),
        ("\tat com.shop.Cart.add(Cart.kt:5)", "Cart.kt", KOTLIN),
        ("#0 /var/www/index.php(3): Shop\\Cart->add(1)", "src/Cart.php", PHP),
        ('{"level":"error","caller":"cmd/cart.go:7"}', "cmd/cart.go", GO),
        ("\tat com.shop.Cart$.add(Cart.scala:5)", "src/main/scala/com/shop/Cart.scala", SCALA),
        ("#1  0x0000557 in cart_add (c=0x0, n=1) at src/cart.c:8", "src/cart.c", C),
        ("#2  0x0000557 in shop::Cart::first() () at src/cart.cc:13", "src/cart.cc", CPP),
        ("/srv/bin/deploy.sh: line 6: kubectl: command not found", "bin/deploy.sh", SHELL),
    ],
)
def test_a_stack_frame_finds_its_code(frame: str, path: str, source: str) -> None:
    assert finds(frame, path, source)


def test_a_frame_of_another_function_finds_nothing_there() -> None:
    assert not finds('File "app/other.py", line 1, in pay', "app/cart.py", PYTHON)
    assert not finds("at com.bank.Account.pay(Account.java:8)", "Cart.java", JAVA)


@pytest.mark.parametrize(
    ("path", "source", "symbol", "lines"),
    [
        ("cart.py", PYTHON, "Cart.add_item", (14, 19)),
        ("cart.py", PYTHON, "Cart.size", (10, 13)),
        ("Cart.java", JAVA, "Cart.add", (6, 9)),
        ("cart.go", GO, "Cart.Add", (5, 8)),
        ("cart.ts", TYPESCRIPT, "checkout", (7, 9)),
        ("Cart.kt", KOTLIN, "Cart.add", (4, 6)),
        ("cart.rb", RUBY, "Shop.Cart.add_item", (3, 5)),
        ("cart.c", C, "cart_add", (5, 10)),
        ("cart.c", C, "cart", (3, 4)),
        ("cart.cpp", CPP, "shop.Cart.size", (4, 4)),
        ("cart.cpp", CPP, "shop.Cart.first", (12, 14)),
        ("cart.h", CPP, "shop.drop", (9, 9)),
        ("Cart.scala", SCALA, "Cart.add", (4, 6)),
        ("deploy.sh", SHELL, "deploy", (4, 7)),
    ],
)
def test_a_passage_is_a_symbol_with_what_stands_above_it(
    path: str, source: str, symbol: str, lines: tuple[int, int]
) -> None:
    first, last = lines_of(document(path, source), symbol)
    text = source.splitlines()
    while not text[last - 1].strip():
        last -= 1
    while lines[1] > last and not text[lines[1] - 1].strip():
        lines = (lines[0], lines[1] - 1)
    assert (first, last) == lines


@pytest.mark.parametrize(
    ("path", "source"), [("a.py", PYTHON), ("a.java", JAVA), ("a.ts", TYPESCRIPT), ("a.go", GO), ("a.rb", RUBY)]
)
def test_the_sections_of_a_file_hold_each_line_once(path: str, source: str) -> None:
    made = document(path, source)
    covered = [line for one in made.sections or () for line in range(one.first_line, one.last_line + 1)]
    assert covered == list(range(1, made.text.count("\n") + 2))


def test_broken_code_still_has_its_symbols() -> None:
    assert "a.py:fine" in document("a.py", "def fine():\n    return 1\n\ndef broken(:\n    x = (\n").names


def test_code_nested_beyond_all_reason_is_read() -> None:
    made = document("deep.js", "function f() { return " + "\n(" * 3000 + "1" + ")\n" * 3000 + " }")
    assert made.kind == "code"


def test_secrets_are_out_before_lines_are_counted() -> None:
    made = document("a.py", "KEY = 'password=hunter2'\n\ndef f():\n    pass\n")
    assert "hunter2" not in made.text
    assert made.redacted == {"password": 1}


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02", b"x" * 5000, b"a\n" * 600_000])
def test_what_no_person_wrote_is_refused(content: bytes) -> None:
    with pytest.raises(RefusedInput):
        source_document("a.py", content, None, redact)


def test_text_without_frames_has_no_names() -> None:
    assert names_in_stack_frames("The cart is down since 12:30:15, see https://wiki/x and cart-7f9c:8080") == ()


def test_a_long_trace_gives_its_frames_in_order() -> None:
    trace = 'Traceback (most recent call last):\n  File "a/x.py", line 1, in f\n  File "a/y.py", line 2, in <module>\n'
    assert [(frame.file, frame.line, frame.function) for frame in stack_frames(trace)] == [
        ("a/x.py", 1, "f"),
        ("a/y.py", 2, None),
    ]


@pytest.mark.parametrize("text", ["(" * 200_000, "at " * 60_000, "a/" * 100_000, "a.go:1 " * 30_000, "at a(" * 40_000])
def test_hostile_text_is_looked_through_in_no_time(text: str) -> None:
    assert len(stack_frames(text)) <= 50
