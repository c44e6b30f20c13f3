using System.Security.Cryptography;
using System.Text;
using Hermes.Grains.Interfaces.Datasets;

namespace Hermes.Grains.Interfaces.Tests.Datasets;

/// <summary>A label schema is known by what it says: the same map is the same schema however it is written, and another one is another.</summary>
public sealed class LabelSchemaTests
{
    private static readonly LabelEntry[] Labels = [new(1, "liver", "abdomen/liver"), new(12, "kidney left", "abdomen/kidney left")];

    [Fact]
    public void Its_version_is_frozen() => Assert.Equal(Independent("label schema/1", "0", "4", "1", "liver", "12", "kidney left"), LabelSchema.Of(Labels));

    [Fact]
    public void Whatever_a_map_holds_its_order_does_not_show_and_a_value_a_name_or_another_background_does()
    {
        var random = new Random(17);
        for (var trial = 0; trial < 500; trial++)
        {
            var map = Drawn(random);
            var schema = LabelSchema.Of(map);
            var one = random.Next(map.Length);

            Assert.Equal(schema, LabelSchema.Of(map.Reverse()));
            Assert.Equal(schema, LabelSchema.Of(map.OrderBy(_ => random.Next())));
            Assert.Equal(schema, LabelSchema.Of(map.Select(l => l with { Task = $"elsewhere/{l.Structure}" })));
            Assert.NotEqual(schema, LabelSchema.Of(map.Select((l, i) => i == one ? l with { Value = 70_000 } : l)));
            Assert.NotEqual(schema, LabelSchema.Of(map.Select((l, i) => i == one ? l with { Structure = l.Structure + (char)random.Next('a', 'z') } : l)));
            Assert.NotEqual(schema, LabelSchema.Of(map.Select((l, i) => i == one ? l with { Structure = l.Structure.ToUpperInvariant() } : l)));
            Assert.NotEqual(schema, LabelSchema.Of(map.Where((_, i) => i != one)));
            Assert.NotEqual(schema, LabelSchema.Of(map.Append(new LabelEntry(70_000, "more", "a/more"))));
            Assert.NotEqual(schema, LabelSchema.Of(map, background: 255));
            if (map.Length > 1)
            {
                var other = (one + 1) % map.Length;
                Assert.NotEqual(schema, LabelSchema.Of(map.Select((l, i) => i == one ? l with { Value = map[other].Value } : i == other ? l with { Value = map[one].Value } : l)));
            }
        }
    }

    [Fact]
    public void What_runs_from_one_label_into_the_next_is_told_apart() => Assert.Equal(4, new[]
    {
        LabelSchema.Of([new(1, "a", ""), new(2, "b", "")]),
        LabelSchema.Of([new(1, "a2", ""), new(2, "b", "")]),
        LabelSchema.Of([new(1, "a", ""), new(22, "b", "")]),
        LabelSchema.Of([new(1, "a\n1:2\n1:b", "")]),
    }.Distinct().Count());

    [Theory]
    [InlineData("", false)]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef", true)]
    [InlineData("0123456789ABCDEF0123456789abcdef0123456789abcdef0123456789abcdef", false)]
    [InlineData("2", false)]
    public void A_version_has_sixty_four_digits(string text, bool isOne) => Assert.Equal(isOne, LabelSchema.IsWellFormed(text));

    private static LabelEntry[] Drawn(Random random)
    {
        int[] values = [.. Enumerable.Range(1, 300)];
        random.Shuffle(values);
        return [.. values.Take(random.Next(1, 8)).Select((value, i) => new LabelEntry(value, $"structure {i} of {random.Next(100)}", $"a/structure {i}"))];
    }

    // The words, put together without the code that is tested.
    private static string Independent(params string[] words) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Concat(words.Select(w => $"{w.Length}:{w}\n")))));
}
