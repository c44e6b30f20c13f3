using System.Collections.Concurrent;
using System.Globalization;
using Google.Protobuf;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Hermes.Silo.Tests.Telemetry;

/// <summary>A collector that takes OTLP over HTTP and reads of it what the tests ask; fields by their numbers in OpenTelemetry's protocol.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<(string Path, byte[] Body)> _received = [];

    private Collector()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        _app.MapPost("/v1/{signal}", async (string signal, HttpRequest request) =>
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            _received.Enqueue((signal, body.ToArray()));
            return Results.Bytes([], "application/x-protobuf");
        });
    }

    public string Address => _app.Urls.Single();

    /// <summary>All spans so far.</summary>
    public IReadOnlyList<Span> Spans =>
    [
        .. from resource in Under("traces", 1)
           from span in At(resource, 2, 2)
           let fields = Fields(span).ToLookup(f => f.Number, f => f.Bytes)
           let parent = fields[4].SingleOrDefault(ByteString.Empty)
           select new Span(Hex(fields[1].Single()), Hex(fields[2].Single()), Hex(parent), fields[5].Single().ToStringUtf8(), Resource(resource)),
    ];

    /// <summary>The names of all metrics so far.</summary>
    public IReadOnlyList<string> Metrics => [.. Under("metrics", 1).SelectMany(r => At(r, 2, 2, 1)).Select(n => n.ToStringUtf8()).Distinct()];

    /// <summary>The sentences of all logs so far.</summary>
    public IReadOnlyList<string> Logs => [.. Under("logs", 1).SelectMany(r => At(r, 2, 2, 5, 1)).Select(t => t.ToStringUtf8())];

    public static async Task<Collector> StartAsync()
    {
        var collector = new Collector();
        await collector._app.StartAsync();
        return collector;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private IEnumerable<ByteString> Under(string signal, int field) =>
        _received.Where(r => r.Path == signal).SelectMany(r => At(ByteString.CopyFrom(r.Body), field));

    // Keys and values of the resource that sent it.
    private static Dictionary<string, string> Resource(ByteString resource) =>
        At(resource, 1, 1).ToDictionary(a => At(a, 1).Single().ToStringUtf8(), a => string.Join(',', At(a, 2, 1).Select(v => v.ToStringUtf8())));

    private static IEnumerable<ByteString> At(ByteString message, params int[] path) => path.Aggregate(
        Enumerable.Repeat(message, 1), (messages, number) => messages.SelectMany(m => Fields(m).Where(f => f.Number == number).Select(f => f.Bytes)));

    private static List<(int Number, ByteString Bytes)> Fields(ByteString message)
    {
        var fields = new List<(int, ByteString)>();
        var input = message.CreateCodedInput();
        while (input.ReadTag() is var tag and not 0)
        {
            if (WireFormat.GetTagWireType(tag) == WireFormat.WireType.LengthDelimited)
            {
                fields.Add((WireFormat.GetTagFieldNumber(tag), input.ReadBytes()));
            }
            else
            {
                input.SkipLastField();
            }
        }

        return fields;
    }

    private static string Hex(ByteString bytes) => string.Concat(bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture)));

    /// <summary>A span as it was sent.</summary>
    internal sealed record Span(string Trace, string Id, string Parent, string Name, IReadOnlyDictionary<string, string> Resource);
}
