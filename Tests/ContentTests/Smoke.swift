import Testing
import Content
@Test func smoke() {
    for s in ["<p>Hi <b>x<p>y</b> z <script>alert(1)</script><a href='javascript:1'>k</a> <a href='https://evil.example/'>bank.example</a>", "<ul>a<li>b<table><tr><td>1<td>2</table></ul>"] {
        print(HTMLSanitizer.sanitize(s).html)
    }
}
