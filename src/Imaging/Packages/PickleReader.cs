using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Text;

namespace Hermes.Imaging.Packages;

/// <summary>
/// Reads the pickle of a checkpoint: a stack, a memo, and of Python's operations those that make tensors, containers and numbers. What a pickle names is known
/// here or refused; nothing is looked up and nothing executed. Memory and time are accounted for by the size of the file.
/// </summary>
/// <param name="source">The pickle.</param>
/// <param name="storedBytes">Bytes that the archive has for the storage of a key; null where it has none.</param>
internal sealed class PickleReader(PickleSource source, Func<string, long?> storedBytes)
{
    // Hashed again and again, so short; names of parameters take less than a hundred.
    private const int LongestKey = 1024;
    private const int LongestStorageKey = 64;
    private const int LongestWholeNumber = 16;
    private const int OldestProtocol = 2;
    private const int NewestProtocol = 5;

    // What this machine takes for each, lists that grow included.
    private const int SlotBytes = 32;
    private const int LeafBytes = 96;
    private const int ContainerBytes = 128;
    private const int NameBytes = 160;
    private const int StorageBytes = 160;
    private const int TensorBytes = 640;
    private const int AxisBytes = 16;

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
    private static readonly TorchBoolean True = new(true);
    private static readonly TorchBoolean False = new(false);
    private static readonly TorchWholeNumber[] SmallNumbers = [.. Enumerable.Range(0, 256).Select(n => new TorchWholeNumber(n))];

    private readonly List<object> _stack = [];
    private readonly List<int> _marks = [];
    private readonly List<object> _memo = [];
    private readonly Dictionary<string, TorchStorage> _storages = new(StringComparer.Ordinal);
    private int _highest;

    /// <summary>The storages that tensors are in, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    // What an operation may take lies above the last mark.
    private int Floor => _marks.Count > 0 ? _marks[^1] : 0;

    /// <summary>Reads the pickle; once.</summary>
    /// <exception cref="InvalidDataException">It asks for something that is not read, or is damaged.</exception>
    public TorchValue Read()
    {
        if (source.Operation() != PickleOpcode.Protocol)
        {
            throw source.Damaged("does not begin as a pickle does");
        }

        Do(PickleOpcode.Protocol);
        while (true)
        {
            var code = source.Operation();
            if (code == PickleOpcode.Stop)
            {
                return Whole();
            }

            Do(code);
        }
    }

    private void Do(PickleOpcode code)
    {
        switch (code)
        {
            case PickleOpcode.Protocol:
                var protocol = source.Byte();
                if (protocol is < OldestProtocol or > NewestProtocol)
                {
                    throw source.NotRead($"is of protocol {protocol}, which is not read: {OldestProtocol} to {NewestProtocol} are");
                }

                break;
            case PickleOpcode.Frame:
                source.RequireLeft(Length(BinaryPrimitives.ReadUInt64LittleEndian(source.Take(8))));
                break;
            case PickleOpcode.Mark:
                source.Spend(SlotBytes);
                _marks.Add(_stack.Count);
                break;

            case PickleOpcode.None:
                Push(TorchNone.Instance);
                break;
            case PickleOpcode.True:
                Push(True);
                break;
            case PickleOpcode.False:
                Push(False);
                break;
            case PickleOpcode.WholeNumber1:
                Push(SmallNumbers[source.Byte()]);
                break;
            case PickleOpcode.WholeNumber2:
                PushLeaf(new TorchWholeNumber(BinaryPrimitives.ReadUInt16LittleEndian(source.Take(2))));
                break;
            case PickleOpcode.WholeNumber4:
                PushLeaf(new TorchWholeNumber(BinaryPrimitives.ReadInt32LittleEndian(source.Take(4))));
                break;
            case PickleOpcode.WholeNumberOfAnySize:
                var size = source.Byte();
                PushLeaf(new TorchWholeNumber(size <= LongestWholeNumber
                    ? (Int128)new BigInteger(source.Take(size))
                    : throw source.NotRead($"has a whole number of {size} bytes, which is not read: at most {LongestWholeNumber} are")));
                break;
            case PickleOpcode.Number:
                PushLeaf(new TorchNumber(BinaryPrimitives.ReadDoubleBigEndian(source.Take(8))));
                break;
            case PickleOpcode.ShortText:
                PushText(source.Byte());
                break;
            case PickleOpcode.Text:
                PushText(BinaryPrimitives.ReadUInt32LittleEndian(source.Take(4)));
                break;
            case PickleOpcode.LongText:
                PushText(Length(BinaryPrimitives.ReadUInt64LittleEndian(source.Take(8))));
                break;

            case PickleOpcode.EmptyList:
                PushContainer(PickleContainerKind.List);
                break;
            case PickleOpcode.EmptyDictionary:
                PushContainer(PickleContainerKind.Dictionary);
                break;
            case PickleOpcode.EmptyTuple:
                PushContainer(PickleContainerKind.Tuple);
                break;
            case PickleOpcode.Tuple1:
                PushContainer(PickleContainerKind.Tuple, Top(1));
                break;
            case PickleOpcode.Tuple2:
                PushContainer(PickleContainerKind.Tuple, Top(2));
                break;
            case PickleOpcode.Tuple3:
                PushContainer(PickleContainerKind.Tuple, Top(3));
                break;
            case PickleOpcode.Tuple:
                PushContainer(PickleContainerKind.Tuple, SinceMark());
                break;
            case PickleOpcode.Append:
                Append(Top(1));
                break;
            case PickleOpcode.Appends:
                Append(SinceMark());
                break;
            case PickleOpcode.SetItem:
                Set(Top(2));
                break;
            case PickleOpcode.SetItems:
                Set(SinceMark());
                break;

            case PickleOpcode.Put1:
                Remember(source.Byte());
                break;
            case PickleOpcode.Put4:
                Remember(BinaryPrimitives.ReadUInt32LittleEndian(source.Take(4)));
                break;
            case PickleOpcode.Memoize:
                Remember(_memo.Count);
                break;
            case PickleOpcode.Get1:
                Recall(source.Byte());
                break;
            case PickleOpcode.Get4:
                Recall(BinaryPrimitives.ReadUInt32LittleEndian(source.Take(4)));
                break;

            case PickleOpcode.Global:
                var module = source.Line();
                PushName(module, source.Line());
                break;
            case PickleOpcode.StackGlobal:
                var parts = Top(2);
                PushName(NamePart(parts[0]), NamePart(parts[1]));
                break;
            case PickleOpcode.PersistentId:
                Push(Storage(Top(1)[0]));
                break;
            case PickleOpcode.Reduce:
                var call = Top(2);
                Push(Made(call[0], call[1]));
                break;
            case PickleOpcode.Build:
                // What an ordered dictionary carries besides its entries are versions of modules, which nobody here asks for.
                if (Top(1)[0] is not PickleContainer { IsDictionary: true } || Last() is not PickleContainer { Kind: PickleContainerKind.OrderedDictionary })
                {
                    throw source.NotRead("sets the attributes of an object, which is not read: only those of a state dict are passed over");
                }

                break;
            default:
                throw source.NotRead($"has the operation 0x{(int)code:x2}, which is not read: only those that make tensors, containers and numbers are");
        }
    }

    private TorchValue Whole()
    {
        if (_marks.Count > 0 || _stack.Count != 1)
        {
            throw source.Damaged($"ends with {_stack.Count} values, where one is expected");
        }

        return source.IsAtEnd ? new PickleTree(source).Of(_stack[0]) : throw source.Damaged("goes on after its end");
    }

    private void Append(object[] items)
    {
        if (Last() is not PickleContainer { Kind: PickleContainerKind.List } list)
        {
            throw source.Damaged("appends to what is no list");
        }

        source.Spend(SlotBytes * (long)items.Length);
        list.Add(items);
    }

    private void Set(object[] items)
    {
        if (Last() is not PickleContainer { IsDictionary: true } dictionary || items.Length % 2 != 0)
        {
            throw source.Damaged("sets entries of what is no dictionary, or a key without a value");
        }

        for (var n = 0; n < items.Length; n += 2)
        {
            if (items[n] is not (TorchText { Text.Length: <= LongestKey } or TorchWholeNumber))
            {
                throw source.NotRead($"has a dictionary with a key that is neither text of at most {LongestKey} characters nor a whole number, which is not read");
            }
        }

        source.Spend(SlotBytes * (long)items.Length);
        dictionary.Add(items);
    }

    // Every writer counts its memo up, so a list holds it.
    private void Remember(long place)
    {
        var value = Last();
        if (place < _memo.Count)
        {
            _memo[(int)place] = value;
            return;
        }

        if (place > _memo.Count)
        {
            throw source.Damaged($"remembers value {place} before value {_memo.Count}");
        }

        source.Spend(SlotBytes);
        _memo.Add(value);
    }

    private void Recall(long place) =>
        Push(place < _memo.Count ? _memo[(int)place] : throw source.Damaged($"asks for value {place} of the {_memo.Count} that it has remembered"));

    private void PushName(string module, string name)
    {
        source.Spend(NameBytes);
        Push(PickledName.Find($"{module}.{name}")
            ?? throw source.NotRead($"asks for {TorchArchive.Shown($"{module}.{name}")}, which is not read: only tensors, containers and numbers are"));
    }

    private string NamePart(object value) => value is TorchText { Text.Length: <= PickleSource.LongestName } text ? text.Text : throw source.Damaged("has a name that is no short text");

    private TorchStorage Storage(object id)
    {
        if (id is not PickleContainer { Kind: PickleContainerKind.Tuple } tuple
            || tuple.Items is not [TorchText { Text: "storage" }, PickledName { Element: { } type }, TorchText key, TorchText, TorchWholeNumber number])
        {
            throw source.NotRead("refers to something outside of it that is no storage of tensors, which is not read");
        }

        if (key.Text.Length > LongestStorageKey)
        {
            throw source.Damaged($"has a storage whose key is longer than {LongestStorageKey} characters");
        }

        string Named() => $"the storage '{TorchArchive.Shown(key.Text)}' of {number.Value} elements in a torch.{TorchStorage.ClassName(type)}";
        source.Spend(StorageBytes);
        if (_storages.TryGetValue(key.Text, out var known))
        {
            return known.Type == type && known.Elements == number.Value ? known : throw source.Damaged($"refers to {Named()}, and otherwise before");
        }

        var stored = storedBytes(key.Text) ?? throw source.Damaged($"refers to {Named()}, which is not in the archive");
        if (number.Value < 0 || number.Value > stored || number.Value * TorchStorage.ElementSize(type) != stored)
        {
            throw source.Damaged($"refers to {Named()}, for which the archive has {stored} bytes");
        }

        return _storages[key.Text] = new TorchStorage(key.Text, type, (long)number.Value);
    }

    /// <summary>What a call would make: one of four things that are known here.</summary>
    private object Made(object callee, object arguments)
    {
        var name = callee as PickledName ?? throw source.Damaged("calls what has no name");
        var given = arguments is PickleContainer { Kind: PickleContainerKind.Tuple } tuple ? tuple.Items : throw source.Damaged($"calls {name.Name} with what is no tuple");
        if (name == PickledName.OrderedDictionary && given.Count == 0)
        {
            source.Spend(ContainerBytes);
            return new PickleContainer(PickleContainerKind.OrderedDictionary);
        }

        if (name == PickledName.Size && given is [PickleContainer { Kind: PickleContainerKind.Tuple } size])
        {
            return size;
        }

        if (name == PickledName.Parameter && given is [TorchTensor parameter, TorchBoolean, PickleContainer { IsDictionary: true }])
        {
            return parameter;
        }

        if (name == PickledName.Tensor
            && given is [TorchStorage storage, TorchWholeNumber offset, PickleContainer shape, PickleContainer strides, TorchBoolean, PickleContainer { IsDictionary: true }, ..]
            && given.Count <= 7)
        {
            source.Spend(TensorBytes + AxisBytes * ((long)shape.Items.Count + strides.Items.Count));
            return Tensor(storage, Count(offset), Counts(shape), Counts(strides));
        }

        throw source.NotRead($"asks to call {name.Name} in a way that is not read");
    }

    private TorchTensor Tensor(TorchStorage storage, long offset, long[] shape, long[] strides) => TorchTensor.Fault(storage, offset, shape, strides) is { } fault
        ? throw source.NotRead($"has a tensor [{string.Join(", ", shape.Take(8))}{(shape.Length > 8 ? ", …" : "")}] that {fault}, which is not read: keep tensors that are contiguous")
        : new TorchTensor(storage, offset, shape, strides);

    private long[] Counts(PickleContainer container) => container.Kind == PickleContainerKind.Tuple
        ? [.. container.Items.Select(Count)]
        : throw source.Damaged("has a tensor whose size is no tuple");

    private long Count(object value) => value is TorchWholeNumber { Value: var number } && number >= long.MinValue && number <= long.MaxValue
        ? (long)number
        : throw source.Damaged("has a tensor whose size, strides or offset are no whole numbers");

    private void Push(object value)
    {
        if (_stack.Count == _highest)
        {
            _highest++;
            source.Spend(SlotBytes);
        }

        _stack.Add(value);
    }

    private void PushLeaf(TorchValue value)
    {
        source.Spend(LeafBytes);
        Push(value);
    }

    private void PushText(long length)
    {
        var text = source.Take(length);
        source.Spend(LeafBytes + 2 * length);
        try
        {
            Push(new TorchText(Utf8.GetString(text)));
        }
        catch (DecoderFallbackException)
        {
            throw source.Damaged("has text that is not UTF-8");
        }
    }

    private void PushContainer(PickleContainerKind kind, params object[] items)
    {
        source.Spend(ContainerBytes + SlotBytes * (long)items.Length);
        var container = new PickleContainer(kind);
        if (items.Length > 0)
        {
            container.Add(items);
        }

        Push(container);
    }

    private object Last() => _stack.Count > Floor ? _stack[^1] : throw source.Damaged("takes a value where there is none");

    /// <summary>Takes the last values from the stack.</summary>
    private object[] Top(int count)
    {
        if (_stack.Count - count < Floor)
        {
            throw source.Damaged("takes a value where there is none");
        }

        source.Spend(SlotBytes + sizeof(long) * (long)count);
        var values = CollectionsMarshal.AsSpan(_stack)[^count..].ToArray();
        _stack.RemoveRange(_stack.Count - count, count);
        return values;
    }

    private object[] SinceMark()
    {
        if (_marks.Count == 0)
        {
            throw source.Damaged("ends a group that was not begun");
        }

        var count = _stack.Count - Floor;
        var values = Top(count);
        _marks.RemoveAt(_marks.Count - 1);
        return values;
    }

    private static long Length(ulong length) => (long)Math.Min(length, long.MaxValue);
}
