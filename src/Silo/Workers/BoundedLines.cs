using System.Buffers;
using System.IO.Pipelines;

namespace Hermes.Silo.Workers;

/// <summary>Lines of a stream, none longer than a limit, so that a worker gone mad cannot fill the silo's memory.</summary>
internal static class BoundedLines
{
    /// <exception cref="InvalidDataException">A line is longer than <paramref name="limit"/> bytes.</exception>
    public static async IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(Stream stream, int limit)
    {
        var reader = PipeReader.Create(stream);
        while (true)
        {
            var result = await reader.ReadAsync();
            var buffer = result.Buffer;
            while (buffer.PositionOf((byte)'\n') is { } end)
            {
                yield return Line(buffer.Slice(0, end), limit);
                buffer = buffer.Slice(buffer.GetPosition(1, end));
            }

            if (buffer.Length > limit)
            {
                await reader.CompleteAsync();
                throw new InvalidDataException($"A line is longer than {limit} bytes.");
            }

            if (result.IsCompleted)
            {
                if (!buffer.IsEmpty)
                {
                    yield return Line(buffer, limit);
                }

                await reader.CompleteAsync();
                yield break;
            }

            reader.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    private static ReadOnlyMemory<byte> Line(ReadOnlySequence<byte> bytes, int limit) =>
        bytes.Length <= limit ? bytes.ToArray() : throw new InvalidDataException($"A line is longer than {limit} bytes.");
}
